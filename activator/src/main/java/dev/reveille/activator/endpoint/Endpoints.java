package dev.reveille.activator.endpoint;

import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Meters;
import dev.reveille.crds.InferenceEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All endpoints, by name and by UID. Written by the watch alone, read by every request. */
public final class Endpoints {
  private static final int MOST_WITH_SERIES = 2000;

  private final Map<String, Endpoint> byName = new ConcurrentHashMap<>();
  private final Map<String, Endpoint> byUid = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final MeterRegistry unseen = new SimpleMeterRegistry();
  private final LongSupplier nanoTime;

  public Endpoints(MeterRegistry registry, LongSupplier nanoTime) {
    this.registry = registry;
    this.nanoTime = nanoTime;
  }

  public @Nullable Endpoint named(String namespace, String name) {
    return byName.get(namespace + "/" + name);
  }

  public Optional<Endpoint> withUid(String uid) {
    return Optional.ofNullable(byUid.get(uid));
  }

  public Collection<Endpoint> all() {
    return byUid.values();
  }

  /** Added or changed; a namesake of another UID replaces the old one. */
  public Endpoint put(InferenceEndpoint resource) {
    Endpoint known = byUid.get(resource.getMetadata().getUid());
    if (known != null) {
      known.update(resource, nanoTime.getAsLong());
      return known;
    }
    String namespace = resource.getMetadata().getNamespace();
    String name = resource.getMetadata().getName();
    Endpoint old = byName.get(namespace + "/" + name);
    if (old != null) {
      remove(old.uid());
    }
    Endpoint added = new Endpoint(resource, meters(namespace, name), nanoTime.getAsLong());
    byUid.put(added.uid(), added);
    byName.put(namespace + "/" + name, added);
    return added;
  }

  /** Beyond the bound an endpoint's figures go where nobody scrapes them. */
  private Meters meters(String namespace, String name) {
    return new Meters(byUid.size() < MOST_WITH_SERIES ? registry : unseen, namespace, name);
  }

  /** Deleted: whoever waits is told so. */
  public void remove(String uid) {
    Endpoint gone = byUid.remove(uid);
    if (gone == null) {
      return;
    }
    byName.remove(gone.namespace() + "/" + gone.name(), gone);
    gone.gate()
        .close(
            Refusal.unknownEndpoint(
                "the endpoint " + gone.namespace() + "/" + gone.name() + " was deleted"));
    gone.meters().close();
  }
}
