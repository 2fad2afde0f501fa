package dev.reveille.operator.metricsapi;

import dev.reveille.operator.Config;
import dev.reveille.operator.child.Children;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the autoscalers can ask the activators: their certificate, and the APIService
 * that leads to them. Looks every few seconds, in the background, while this operator leads.
 */
public final class MetricsApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsApi.class);
  private static final long LOOK_SECONDS = 5;
  private static final int CONFLICT = 409;
  private static final String OWNER = "reveille-operator";

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("metrics-api").daemon().factory());
  private final KubernetesClient client;
  private final Config config;
  private final ServingSecret secret;
  private final BooleanSupplier served;
  private final Runnable changed;
  private final InstantSource clock;
  private volatile @Nullable Provider provider;
  private @Nullable Instant unservedSince;
  private String told = "";

  /**
   * @param served whether an activator is ready
   * @param changed called when the autoscalers are to go by something else than before
   */
  public MetricsApi(
      KubernetesClient client,
      Config config,
      BooleanSupplier served,
      Runnable changed,
      InstantSource clock) {
    this.client = client;
    this.config = config;
    this.secret = new ServingSecret(client, config.namespace());
    this.served = served;
    this.changed = changed;
    this.clock = clock;
  }

  public void start() {
    thread.scheduleWithFixedDelay(this::lookQuietly, 0, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /** Empty until the first look. */
  public Optional<Provider> provider() {
    return Optional.ofNullable(provider);
  }

  private void lookQuietly() {
    try {
      look();
      told = "";
    } catch (RuntimeException e) {
      if (provider == null) {
        publish(new Provider.Ours()); // endpoints must not wait for it
      }
      tell("the External Metrics API cannot be seen to: " + e.getMessage());
    }
  }

  private void tell(String message) {
    if (!message.equals(told)) {
      told = message;
      LOG.warn(message);
    }
  }

  /** Looks once, and does what is due. */
  void look() {
    Instant now = clock.instant();
    APIService there = client.apiServices().withName(Registration.NAME).get();
    Registration registration =
        Registration.decide(wish(there, now), there, config.namespace(), unserved(now));
    act(registration, there);
    publish(provider(registration));
  }

  private Registration.Wish wish(@Nullable APIService there, Instant now) {
    if (!config.externalMetrics()) {
      return new Registration.Wish.Absent();
    }
    String known = there == null ? "" : String.valueOf(there.getSpec().getCaBundle());
    Optional<Certificates> certificates = secret.tend(known, now);
    ClusterRole owner = client.rbac().clusterRoles().withName(OWNER).get();
    return certificates.isEmpty() || owner == null
        ? new Registration.Wish.Unknown()
        : new Registration.Wish.Present(
            Registration.wanted(config.namespace(), certificates.get().caBundle(), owner));
  }

  private Duration unserved(Instant now) {
    if (served.getAsBoolean()) {
      unservedSince = null;
      return Duration.ZERO;
    }
    Instant since = unservedSince == null ? now : unservedSince;
    unservedSince = since;
    Duration unserved = Duration.between(since, now);
    return unserved.isPositive() ? unserved : Duration.ofNanos(1);
  }

  private void act(Registration registration, @Nullable APIService there) {
    try {
      switch (registration) {
        case Registration.Create(APIService wanted) -> {
          client.resource(wanted).create();
          LOG.info("the autoscalers may ask the activators");
        }
        case Registration.Correct(APIService wanted) ->
            client
                .resource(asOf(wanted, there))
                .fieldManager(Children.FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        case Registration.Withdraw() -> {
          remove(there);
          LOG.info("the autoscalers cannot ask the activators any more");
        }
        case Registration.Keep() -> {}
        case Registration.Foreign ignored -> {}
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      LOG.info("somebody else wrote the APIService; looking again");
    }
  }

  /** As it was seen: it might be another's by now. */
  private void remove(@Nullable APIService there) {
    if (there != null) {
      client.resource(there).lockResourceVersion(there.getMetadata().getResourceVersion()).delete();
    }
  }

  /** Nobody else must have written meanwhile: it might be another's by then. */
  private static APIService asOf(APIService wanted, @Nullable APIService there) {
    return new APIServiceBuilder(wanted)
        .editMetadata()
        .withResourceVersion(there == null ? null : there.getMetadata().getResourceVersion())
        .endMetadata()
        .build();
  }

  private Provider provider(Registration registration) {
    if (registration instanceof Registration.Foreign(String who)) {
      return new Provider.Barred(
          "APIService %s belongs to %s: remove that provider, or write spec.scaling.metric: cpu"
              .formatted(Registration.NAME, who));
    }
    return config.externalMetrics()
        ? new Provider.Ours()
        : new Provider.Barred(
            "the chart's value externalMetrics.enabled is false: have it set to true, or write"
                + " spec.scaling.metric: cpu");
  }

  private void publish(Provider now) {
    Provider before = provider;
    provider = now;
    if (!now.equals(before)) {
      changed.run();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
