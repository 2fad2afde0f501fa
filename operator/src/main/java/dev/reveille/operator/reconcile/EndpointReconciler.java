package dev.reveille.operator.reconcile;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.child.Children;
import dev.reveille.operator.child.Scales;
import dev.reveille.operator.child.Sleep;
import dev.reveille.operator.desired.DesiredState;
import dev.reveille.operator.install.Installation;
import dev.reveille.operator.lifecycle.Lifecycle;
import dev.reveille.operator.lifecycle.Observed;
import dev.reveille.operator.lifecycle.Transition;
import dev.reveille.operator.status.EndpointStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One endpoint: read, decide, act, report. */
@ControllerConfiguration(name = "inferenceendpoint", fieldManager = Children.FIELD_MANAGER)
public final class EndpointReconciler implements Reconciler<InferenceEndpoint> {
  private static final Duration INSTALLATION_AGAIN = Duration.ofSeconds(1);

  private final Supplier<Optional<Installation>> installation;
  private final Watches watches;
  private final Children children;
  private final Scales scales;
  private final Sleep sleep;
  private final Report report;
  private final InstantSource clock;

  /** What a reconciler acts with. */
  public record Hands(Children children, Scales scales, Sleep sleep, Report report) {}

  public EndpointReconciler(
      Supplier<Optional<Installation>> installation,
      Watches watches,
      Hands hands,
      InstantSource clock) {
    this.installation = installation;
    this.watches = watches;
    this.children = hands.children();
    this.scales = hands.scales();
    this.sleep = hands.sleep();
    this.report = hands.report();
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, InferenceEndpoint>> prepareEventSources(
      EventSourceContext<InferenceEndpoint> context) {
    return watches.eventSources(context);
  }

  @Override
  public UpdateControl<InferenceEndpoint> reconcile(
      InferenceEndpoint endpoint, Context<InferenceEndpoint> context) {
    Optional<Installation> found = installation.get();
    if (found.isEmpty()) {
      return UpdateControl.<InferenceEndpoint>noUpdate().rescheduleAfter(INSTALLATION_AGAIN);
    }
    DesiredState desired = DesiredState.of(endpoint, found.get());
    Optional<String> notOurs = apply(endpoint, desired, context);
    Observed observed = watches.observe(endpoint, desired.revision(), notOurs, context);
    Optional<Duration> again = act(Lifecycle.decide(observed), endpoint);

    InferenceEndpointStatus status =
        EndpointStatus.of(observed, found.get().config().clusterDomain(), clock.instant());
    UpdateControl<InferenceEndpoint> control = report.of(endpoint, status, observed.load());
    return notOurs.isPresent()
        ? control.rescheduleAfter(INSTALLATION_AGAIN.multipliedBy(5))
        : again.map(control::rescheduleAfter).orElse(control);
  }

  private Optional<String> apply(
      InferenceEndpoint endpoint, DesiredState desired, Context<InferenceEndpoint> context) {
    int replicas = endpoint.getSpec().scaling().minReplicas();
    return watches
        .pairs(desired, context)
        .map(pair -> children.ensure(pair.desired(), pair.actual(), replicas, context))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** When to look again, if at a certain time. */
  private Optional<Duration> act(Transition transition, InferenceEndpoint endpoint) {
    return switch (transition) {
      case Transition.Stay() -> Optional.empty();
      case Transition.LookAgain(Duration delay) -> Optional.of(delay);
      case Transition.Sleep() ->
          sleep.put(endpoint) ? Optional.empty() : Optional.of(Duration.ofSeconds(2));
      case Transition.Raise(int replicas) -> {
        Scale scale = scales.read(endpoint);
        scales.write(endpoint, scale, replicas);
        yield Optional.empty();
      }
    };
  }
}
