package dev.reveille.activator.endpoint;

import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Meters;
import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All endpoints and canaries, by UID, and the endpoints by name. Written by the watch alone, read
 * by every request.
 */
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

  /** Its second version; empty when it has none. */
  public Optional<Endpoint> canaryOf(Endpoint stable) {
    return withUid(Canary.id(stable.uid()));
  }

  /** Who takes the requests of a canary that was removed; empty for anybody else. */
  public Optional<Endpoint> heirOf(Endpoint version) {
    String owner = Canary.ownerUid(version.uid());
    return owner.equals(version.uid()) || byUid.get(version.uid()) == version
        ? Optional.empty()
        : withUid(owner);
  }

  /** Added or changed; a namesake of another UID replaces the old one. Its versions, one or two. */
  public List<Endpoint> put(InferenceEndpoint resource) {
    Endpoint stable = putStable(resource);
    Optional<InferenceEndpoint> canary = Canary.of(resource);
    if (canary.isEmpty()) {
      removeVersion(Canary.id(stable.uid()));
      return List.of(stable);
    }
    return List.of(stable, putVersion(canary.get()));
  }

  private Endpoint putStable(InferenceEndpoint resource) {
    String key = resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    Endpoint old = byName.get(key);
    if (old != null && !old.uid().equals(resource.getMetadata().getUid())) {
      remove(old.uid());
    }
    Endpoint stable = putVersion(resource);
    byName.put(key, stable);
    return stable;
  }

  private Endpoint putVersion(InferenceEndpoint resource) {
    Endpoint known = byUid.get(resource.getMetadata().getUid());
    if (known != null) {
      known.update(resource, nanoTime.getAsLong());
      return known;
    }
    Endpoint added = new Endpoint(resource, meters(resource), nanoTime.getAsLong());
    byUid.put(added.uid(), added);
    return added;
  }

  /** Beyond the bound an endpoint's figures go where nobody scrapes them. */
  private Meters meters(InferenceEndpoint version) {
    return new Meters(
        byUid.size() < MOST_WITH_SERIES ? registry : unseen,
        version.getMetadata().getNamespace(),
        Canary.ownerName(version),
        Canary.isOne(version) ? Meters.CANARY : Meters.STABLE);
  }

  /** Deleted: whoever waits is told so. */
  public void remove(String uid) {
    removeVersion(uid);
    removeVersion(Canary.id(uid));
  }

  /** It is forgotten before those that wait are told: they may have an heir to go to. */
  private void removeVersion(String uid) {
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
