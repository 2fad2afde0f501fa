package dev.reveille.activator.endpoint;

import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Meters;
import dev.reveille.crds.InferenceEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All endpoints, by name and by UID. Written by the watch alone, read by every request. */
public final class Endpoints {
  private final Map<String, Endpoint> byName = new ConcurrentHashMap<>();
  private final Map<String, Endpoint> byUid = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
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
    Endpoint added =
        new Endpoint(resource, new Meters(registry, namespace, name), nanoTime.getAsLong());
    byUid.put(added.uid(), added);
    byName.put(namespace + "/" + name, added);
    return added;
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
