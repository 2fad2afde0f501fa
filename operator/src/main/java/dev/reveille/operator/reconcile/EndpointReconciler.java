package dev.reveille.operator.reconcile;

import dev.reveille.crds.Canary;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.Load;
import dev.reveille.operator.activators.Loads;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.PoolPods;
import dev.reveille.operator.child.Scales;
import dev.reveille.operator.child.Sleep;
import dev.reveille.operator.desired.DesiredState;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.Autoscaling;
import dev.reveille.operator.lifecycle.Bridges;
import dev.reveille.operator.lifecycle.Inheritance;
import dev.reveille.operator.lifecycle.Lifecycle;
import dev.reveille.operator.lifecycle.Observed;
import dev.reveille.operator.lifecycle.Transition;
import dev.reveille.operator.status.EndpointStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One endpoint: read, decide, act, report. */
@ControllerConfiguration(
    name = "inferenceendpoint",
    fieldManager = Children.FIELD_MANAGER,
    informer = @Informer(onUpdateFilter = WorthALook.class, itemStore = Lean.Endpoints.class),
    generationAwareEventProcessing = false, // an annotation is no new generation
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
public final class EndpointReconciler implements Reconciler<InferenceEndpoint> {
  private static final Duration INSTALLATION_AGAIN = Duration.ofSeconds(10);
  private static final Duration UNKNOWN_AGAIN = Duration.ofSeconds(10); // the poll says so before
  private static final Duration OBJECTS_AGAIN = Duration.ofSeconds(5);
  private static final Duration SCALE_AGAIN = Duration.ofSeconds(2);
  private static final Duration BRIDGES_AGAIN = Duration.ofSeconds(2);

  private final Eyes eyes;
  private final Hands hands;
  private final InstantSource clock;

  /** What a reconciler sees with. */
  public record Eyes(
      Supplier<Optional<Installation>> installation, Watches watches, Supplier<Loads> loads) {}

  /** What a reconciler acts with. */
  public record Hands(
      Children children, Scales scales, Sleep sleep, PoolPods pods, Report report) {}

  /**
   * How an action went.
   *
   * @param again when to look again, if at a certain time
   * @param refused the cluster does not let us do it
   */
  private record Acted(boolean done, Optional<Duration> again, Optional<Applied> refused) {
    static final Acted DONE = new Acted(true, Optional.empty(), Optional.empty());
    static final Acted NOT_DONE = new Acted(false, Optional.of(SCALE_AGAIN), Optional.empty());

    static Acted refused(Applied how) {
      return new Acted(false, Optional.of(OBJECTS_AGAIN), Optional.of(how));
    }
  }

  public EndpointReconciler(Eyes eyes, Hands hands, InstantSource clock) {
    this.eyes = eyes;
    this.hands = hands;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, InferenceEndpoint>> prepareEventSources(
      EventSourceContext<InferenceEndpoint> context) {
    return eyes.watches().eventSources(context);
  }

  @Override
  public UpdateControl<InferenceEndpoint> reconcile(
      InferenceEndpoint endpoint, Context<InferenceEndpoint> context) {
    Optional<Installation> found = eyes.installation().get();
    if (found.isEmpty()) {
      return UpdateControl.<InferenceEndpoint>noUpdate().rescheduleAfter(INSTALLATION_AGAIN);
    }
    InferenceEndpoint known = hands.report().asTold(endpoint);
    Done stable = see(known, found.get(), context);
    Optional<Done> canary = Canary.of(known).map(version -> see(version, found.get(), context));
    Optional<Duration> removed =
        canary.isPresent() ? Optional.empty() : withoutCanary(stable.observed(), context);

    InferenceEndpointStatus status =
        canary
            .map(version -> Canary.merge(stable.status(), version.status()))
            .orElse(stable.status());
    Report.Written written =
        hands
            .report()
            .of(
                endpoint,
                status,
                stable.observed().load(),
                canary.map(version -> version.observed().load()).orElse(Load.UNKNOWN),
                context.getRetryInfo().isPresent());
    return Stream.of(stable.again(), canary.flatMap(Done::again), removed, written.again())
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .map(written.control()::rescheduleAfter)
        .orElse(written.control());
  }

  /**
   * One version of the endpoint, after it was looked at and seen to.
   *
   * @param again when to look again, if at a certain time
   */
  private record Done(
      Observed observed, InferenceEndpointStatus status, Optional<Duration> again) {}

  /** The chain, for the endpoint as for its canary. */
  private Done see(
      InferenceEndpoint version, Installation installation, Context<InferenceEndpoint> context) {
    DesiredState desired = DesiredState.of(version, installation);
    Applied applied = apply(version, desired, context);
    Observed observed =
        eyes.watches().observe(version, desired.revision(), applied, eyes.loads().get(), context);
    Transition transition = Lifecycle.decide(observed, clock.instant());
    Acted acted = act(transition, version);
    Optional<Duration> bridged = tend(Bridges.decide(observed), observed);

    Transition done = acted.done() ? transition : new Transition.Stay();
    InferenceEndpointStatus status =
        EndpointStatus.of(
            acted.refused().map(observed::with).orElse(observed),
            done,
            installation.config(),
            clock.instant());
    Optional<Duration> unknown =
        EndpointStatus.isUnknown(status) ? Optional.of(UNKNOWN_AGAIN) : Optional.empty();
    return new Done(
        observed,
        status,
        Stream.of(acted.again(), bridged, again(applied), unknown)
            .flatMap(Optional::stream)
            .min(Comparator.naturalOrder()));
  }

  /**
   * What a canary of before has left is deleted: the endpoint that owns it goes on, and makes up
   * for it. Only whoever deleted it does so, for a cache may show it once more.
   */
  private Optional<Duration> withoutCanary(Observed stable, Context<InferenceEndpoint> context) {
    InferenceEndpoint endpoint = stable.endpoint();
    String name = Canary.name(endpoint.getMetadata().getName());
    String uid = endpoint.getMetadata().getUid();
    HorizontalPodAutoscaler autoscaler =
        Watches.ownedBy(uid, Watches.cached(HorizontalPodAutoscaler.class, name, context));
    if (autoscaler != null) {
      hands.children().remove(autoscaler);
    }
    Deployment deployment = Watches.ownedBy(uid, Watches.cached(Deployment.class, name, context));
    if (deployment != null && hands.children().remove(deployment)) {
      act(Inheritance.of(stable, deployment), endpoint);
    }
    return autoscaler == null && deployment == null ? Optional.empty() : Optional.of(SCALE_AGAIN);
  }

  private static Optional<Duration> again(Applied applied) {
    return switch (applied) {
      case Applied.Done ignored -> Optional.empty();
      case Applied.Ending ignored -> Optional.empty();
      case Applied.NameTaken ignored -> Optional.of(OBJECTS_AGAIN);
      case Applied.Leaving ignored -> Optional.of(OBJECTS_AGAIN);
      case Applied.Refused ignored -> Optional.of(OBJECTS_AGAIN);
    };
  }

  /** In their order; the first that cannot be had ends it, for the others would be of no use. */
  private Applied apply(
      InferenceEndpoint endpoint, DesiredState desired, Context<InferenceEndpoint> context) {
    if (EndpointStatus.isEnding(endpoint.getStatus())) {
      return new Applied.Ending(); // a namespace that is being deleted never comes back
    }
    int replicas = endpoint.getSpec().paused() ? 0 : endpoint.getSpec().scaling().minReplicas();
    for (HasMetadata object : desired.objects()) {
      HasMetadata actual =
          Watches.cached(object.getClass(), object.getMetadata().getName(), context);
      Applied applied = hands.children().ensure(object, actual, replicas, context);
      if (!(applied instanceof Applied.Done)) {
        return applied;
      }
    }
    return autoscale(endpoint, desired.autoscaler(), context);
  }

  /** While it sleeps there is none. */
  private Applied autoscale(
      InferenceEndpoint endpoint,
      HorizontalPodAutoscaler desired,
      Context<InferenceEndpoint> context) {
    String name = endpoint.getMetadata().getName();
    HorizontalPodAutoscaler actual = Watches.cached(HorizontalPodAutoscaler.class, name, context);
    return switch (Autoscaling.of(
        endpoint.getSpec().scaling(), Watches.cached(Deployment.class, name, context))) {
      case WANTED -> hands.children().ensure(desired, actual, 0, context);
      case AS_IT_IS ->
          actual == null
              ? new Applied.Done()
              : hands.children().ensure(desired, actual, 0, context);
      case UNWANTED -> hands.children().remove(desired, actual);
    };
  }

  private Acted act(Transition transition, InferenceEndpoint endpoint) {
    try {
      return carryOut(transition, endpoint);
    } catch (KubernetesClientException e) {
      Optional<Applied> refused =
          Children.refusal("the scale of Deployment " + endpoint.getMetadata().getName(), e);
      return Acted.refused(refused.orElseThrow(() -> e));
    }
  }

  private Acted carryOut(Transition transition, InferenceEndpoint endpoint) {
    return switch (transition) {
      case Transition.Stay() -> Acted.DONE;
      case Transition.LookAgain(Duration delay) ->
          new Acted(true, Optional.of(delay), Optional.empty());
      case Transition.Sleep() -> hands.sleep().put(endpoint) ? Acted.DONE : Acted.NOT_DONE;
      case Transition.Raise(int replicas) ->
          hands.scales().raise(endpoint, replicas) ? Acted.DONE : Acted.NOT_DONE;
    };
  }

  /** Looks again while there are bridges: that all activators are silent of one is no event. */
  private Optional<Duration> tend(Bridges bridges, Observed observed) {
    boolean all = true;
    for (String pod : bridges.claimed()) {
      all &= hands.pods().handOver(pod, observed.endpoint());
    }
    bridges.over().forEach(hands.pods()::delete);
    return all && observed.bridges().isEmpty() ? Optional.empty() : Optional.of(BRIDGES_AGAIN);
  }
}
