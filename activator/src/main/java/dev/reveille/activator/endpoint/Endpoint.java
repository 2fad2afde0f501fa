package dev.reveille.activator.endpoint;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.gate.Bounds;
import dev.reveille.activator.gate.Gate;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.measure.Meters;
import dev.reveille.activator.measure.Timeline.ColdStart;
import dev.reveille.crds.Canary;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.PausedBy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What this replica knows of one endpoint. Its own lock guards all but the gate, which has one. */
public final class Endpoint {
  private static final long FORGIVE_NANOS = 5_000_000_000L;

  private final String uid;
  private final String namespace;
  private final String name;
  private final Gate gate;
  private final Obstruction obstruction;
  private final Meters meters;
  private final ColdStarts coldStarts = new ColdStarts();
  private final AtomicBoolean wakeCalled = new AtomicBoolean();
  private final Leaving leaving = new Leaving();
  private volatile InferenceEndpoint resource;
  private volatile Proof proof;
  private volatile WantedModel model;
  private volatile Wake wake = new Wake();
  private @Nullable Failure failure;
  private @Nullable Failure unwoken;
  private @Nullable Failure forgiven;
  private long forgivenUntil;

  public Endpoint(InferenceEndpoint resource, Meters meters, long now) {
    this.resource = resource;
    this.model = WantedModel.of(resource);
    this.uid = resource.getMetadata().getUid();
    this.namespace = resource.getMetadata().getNamespace();
    this.name = resource.getMetadata().getName();
    this.gate = new Gate(Bounds.of(resource.getSpec()), now);
    this.obstruction = new Obstruction(gate);
    pause();
    obstruction.see(resource, now);
    this.meters = meters;
    this.proof = Proof.of(resource);
    meters.gauge("reveille.queued", "Requests that wait", gate, g -> g.census(0).queued());
    meters.gauge("reveille.in.flight", "Requests that run", gate, g -> g.census(0).inFlight());
    meters.gauge("reveille.backends", "Replicas that can serve", gate, g -> g.census(0).backends());
    meters.gauge("reveille.ejected", "Replicas left out", gate, g -> g.census(0).ejected());
  }

  public String uid() {
    return uid;
  }

  public String namespace() {
    return namespace;
  }

  public String name() {
    return name;
  }

  public Gate gate() {
    return gate;
  }

  public Meters meters() {
    return meters;
  }

  public InferenceEndpointSpec spec() {
    return resource.getSpec();
  }

  /** Which of two versions it is: stable or canary; empty when it is the only one. */
  public Optional<String> version() {
    if (Canary.isOne(resource)) {
      return Optional.of(Meters.CANARY);
    }
    return spec().canary() == null ? Optional.empty() : Optional.of(Meters.STABLE);
  }

  /** As a canary: it has served, and may have its share of the requests. */
  public boolean isProven() {
    return proof.isGiven();
  }

  /** The depot's id of the model; empty when the depot has no part in it. */
  public Optional<String> modelId() {
    return model.id();
  }

  /** The digest that the model must have; empty until one is known. */
  public Optional<String> wantedDigest() {
    return model.digest();
  }

  /** Why bytes of that digest are not its model; empty when they may be. */
  public Optional<String> mismatch(String digest) {
    return model.mismatch(digest);
  }

  /** The warm pool that a wake may claim from: the operator says whether the endpoint fits it. */
  public Optional<String> usablePool() {
    return Standing.usablePool(resource);
  }

  /** Why it cannot serve, by the operator's word. */
  public Optional<Refusal> wrong() {
    return Standing.wrong(resource);
  }

  /** Its state in one word. */
  public String state(long now) {
    return gate.census(now).queued() > 0
        ? EndpointState.WAKING.word()
        : Standing.state(resource).word();
  }

  /** A newer version of the resource; a changed spec deserves a new try. */
  public void update(InferenceEndpoint newer, long now) {
    boolean changed =
        !Objects.equals(
            newer.getMetadata().getGeneration(), resource.getMetadata().getGeneration());
    proof = proof.after(resource, newer);
    resource = newer;
    model = WantedModel.of(newer);
    pause();
    gate.bound(Bounds.of(newer.getSpec()), now);
    if (changed) {
      synchronized (this) {
        forgiven = failure;
        forgivenUntil = now + FORGIVE_NANOS;
        failure = null;
        unwoken = null;
      }
      obstruction.changed();
      gate.unblock();
    }
    if (obstruction.see(newer, now) && failure() == null) {
      gate.unblock();
    }
  }

  /** While somebody waits: whether he is to be told that it is in vain. */
  public void tell(long now) {
    obstruction.tell(now);
  }

  /** The cluster does not let us wake it: whoever waits is told, whoever comes is another try. */
  public void wakeRefused(String why) {
    Refusal refusal = Refusal.wakeRefused(why);
    synchronized (this) {
      unwoken = new Failure("", refusal.reason(), why, "");
    }
    gate.block(refusal);
    gate.unblock();
  }

  /** It is being woken. */
  public synchronized void woken() {
    unwoken = null;
  }

  /** Shuts the gate, or opens it again, as the spec says. */
  private void pause() {
    if (spec().paused()) {
      gate.shut(Refusal.paused(namespace + "/" + name, PausedBy.sentence(resource)));
    } else {
      gate.open();
    }
  }

  /** The pod there failed before the spec changed; its successor is on the way. */
  public synchronized boolean forgives(String host, long now) {
    return forgiven != null && forgiven.host().equals(host) && now - forgivenUntil < 0;
  }

  public Wake wake() {
    return wake;
  }

  /** True for the first that calls to wake it without waiting, until {@link #wakeCallOver}. */
  public boolean beginWakeCall() {
    return wakeCalled.compareAndSet(false, true);
  }

  public void wakeCallOver() {
    wakeCalled.set(false);
  }

  /** A mark of the wake that goes on. */
  public void mark(Mark mark, long nanos) {
    wake.timeline().mark(mark, nanos);
  }

  /** A pod can serve. One address has one backend: a restarted container replaces the old. */
  public synchronized void ready(Backend backend, long now) {
    failure = null;
    obstruction.served();
    gate.remove(
        other ->
            other.address().equals(backend.address())
                && !other.instance().equals(backend.instance()));
    gate.add(backend, now);
  }

  /** Bridges that are relieved get nothing more, and must not come back; where they are. */
  public List<String> retireBridges() {
    List<String> retired = gate.retireBridges().stream().map(Backend::host).toList();
    retired.forEach(leaving::relieved);
    return retired;
  }

  /** One that can be connected to, as far as we know. */
  public boolean hasBackendAt(String host) {
    return gate.reaches(host);
  }

  /** A pod cannot serve: while no other can, callers are told why. */
  public void failed(Failure why) {
    synchronized (this) {
      failure = why;
    }
    gate.block(Refusal.modelFailed(why.reason(), why.message()));
  }

  public synchronized @Nullable Failure failure() {
    return failure;
  }

  /** What a pod failed of; else why it cannot be woken, of no revision. */
  public synchronized @Nullable Failure trouble() {
    return failure == null ? unwoken : failure;
  }

  /** A pod is going away: it gets nothing more; if it was the one that failed, try another. */
  public void lost(String host) {
    boolean served = gate.remove(backend -> backend.host().equals(host));
    Failure known = failure();
    if (known != null && known.host().equals(host)) {
      gate.unblock();
    }
    if (served && gate.backends().isEmpty()) {
      wake = new Wake(); // a pod that never served must not disturb a wake that goes on
    }
  }

  /**
   * It was put to sleep: its pods of now are going away and must not come back; unless it is woken
   * so soon that nobody tells them to go.
   */
  public void slept(Set<String> podHosts, long now) {
    leaving.putToSleep(podHosts, now);
    leaving.putToSleep(gate.backends().stream().map(Backend::host).toList(), now);
    gate.remove(backend -> true);
    obstruction.forget();
    gate.unblock();
    wake = new Wake();
  }

  public boolean isGoingAway(String host, long now) {
    return leaving.has(host, now);
  }

  /** A pod's address is free for others again. */
  public void gone(String host) {
    leaving.gone(host);
  }

  public void coldStart(ColdStart coldStart) {
    coldStarts.add(coldStart);
    meters.coldStart(coldStart);
  }

  public List<ColdStart> coldStarts() {
    return coldStarts.all();
  }

  /** What to tell a caller who is turned away: as long as the slower cold starts took. */
  public int retryAfterSeconds() {
    return coldStarts.retryAfterSeconds(resource.getStatus());
  }
}
