package dev.reveille.operator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.Config;
import dev.reveille.operator.kit.ApiServer;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The certificate and the registration on an API server in memory, look by look. */
class MetricsApiTest {
  private final ApiServer api = new ApiServer();
  private final KubernetesClient client = api.client();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private boolean served = true;
  private int changes;
  private MetricsApi metrics;

  @BeforeEach
  void chart() throws Exception {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("reveille-metrics-tls")
                .withNamespace("reveille")
                .endMetadata()
                .build())
        .create();
    client
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName("reveille-operator")
                .endMetadata()
                .build())
        .create();
    metrics = metrics("true");
    api.forgetWrites();
  }

  private MetricsApi metrics(String enabled) throws Exception {
    return metrics(enabled, () -> served);
  }

  private MetricsApi metrics(String enabled, BooleanSupplier looked) throws Exception {
    Map<String, String> env = new HashMap<>();
    env.put("POD_NAME", "operator-0");
    env.put("REVEILLE_NAMESPACE", "reveille");
    env.put("REVEILLE_MODEL_SERVER_IMAGE", "i");
    env.put("REVEILLE_EXTERNAL_METRICS", enabled);
    return new MetricsApi(client, Config.parse(env), looked, () -> changes++, () -> now);
  }

  @AfterEach
  void close() {
    metrics.close();
    client.close();
    api.close();
  }

  private APIService registered() {
    return client.apiServices().withName("v1beta1.external.metrics.k8s.io").get();
  }

  private Certificates certificates() {
    return Certificates.parse(
            client
                .secrets()
                .inNamespace("reveille")
                .withName("reveille-metrics-tls")
                .get()
                .getData())
        .orElseThrow();
  }

  private void edit(UnaryOperator<APIService> change) {
    client.apiServices().withName("v1beta1.external.metrics.k8s.io").edit(change);
    api.forgetWrites();
  }

  private static APIService of(String service, APIService there) {
    return new APIServiceBuilder(there)
        .editOrNewSpec()
        .withCaBundle("T1RIRVI=")
        .withNewService()
        .withNamespace("keda")
        .withName(service)
        .withPort(443)
        .endService()
        .endSpec()
        .build();
  }

  @Test
  void theFirstLookMakesTheCertificateAndTheRegistrationTheNextWritesNothing() {
    assertTrue(metrics.provider().isEmpty(), "nothing is known yet");
    metrics.look();
    assertEquals(certificates().caBundle(), registered().getSpec().getCaBundle());
    assertEquals(
        client.rbac().clusterRoles().withName("reveille-operator").get().getMetadata().getUid(),
        registered().getMetadata().getOwnerReferences().getFirst().getUid());
    assertInstanceOf(Provider.Ours.class, metrics.provider().orElseThrow());
    api.forgetWrites();
    metrics.look();
    assertEquals(List.of(), api.writes());
    assertEquals(1, changes);
  }

  @Test
  void whatSomebodyDidToItIsUndone() {
    metrics.look();
    edit(
        there ->
            new APIServiceBuilder(there).editSpec().withCaBundle("T1RIRVI=").endSpec().build());
    metrics.look();
    assertEquals(certificates().caBundle(), registered().getSpec().getCaBundle());
    client.resource(registered()).delete();
    metrics.look();
    assertEquals(certificates().caBundle(), registered().getSpec().getCaBundle());
  }

  @Test
  void anotherProviderIsLeftAloneAndFollowedWhenItIsGone() {
    metrics.look();
    edit(there -> of("keda-metrics", there));
    metrics.look();
    assertEquals(List.of(), api.writes());
    assertEquals("T1RIRVI=", registered().getSpec().getCaBundle());
    Provider.Barred barred =
        assertInstanceOf(Provider.Barred.class, metrics.provider().orElseThrow());
    assertTrue(barred.why().contains("belongs to Service keda/keda-metrics"), barred.why());
    assertEquals(2, changes);

    client.resource(registered()).delete();
    metrics.look();
    assertEquals("reveille-activator-metrics", registered().getSpec().getService().getName());
    assertInstanceOf(Provider.Ours.class, metrics.provider().orElseThrow());
    assertEquals(3, changes);
  }

  @Test
  void withoutAnActivatorItIsNotMadeAndAfterAMinuteTakenBack() {
    served = false;
    metrics.look();
    assertNull(registered(), "it would stop the deletion of every namespace");
    served = true;
    metrics.look();
    served = false;
    metrics.look();
    now = now.plusSeconds(59);
    metrics.look();
    assertEquals("reveille-activator-metrics", registered().getSpec().getService().getName());
    now = now.plusSeconds(1);
    metrics.look();
    assertNull(registered());
    served = true;
    metrics.look();
    assertEquals("reveille-activator-metrics", registered().getSpec().getService().getName());
  }

  @Test
  void switchedOffItIsTakenBackAndSaidSo() throws Exception {
    metrics.look();
    try (MetricsApi off = metrics("false")) {
      off.look();
      assertNull(registered());
      Provider.Barred barred =
          assertInstanceOf(Provider.Barred.class, off.provider().orElseThrow());
      assertTrue(barred.why().contains("externalMetrics.enabled"), barred.why());
    }
  }

  @Test
  void whatAnotherProviderTookOverMeanwhileIsNotTakenBack() throws Exception {
    metrics.look();
    BooleanSupplier overtaken =
        () -> {
          edit(there -> of("keda-metrics", there));
          return true;
        };
    try (MetricsApi off = metrics("false", overtaken)) {
      off.look();
    }
    assertEquals("keda-metrics", registered().getSpec().getService().getName());
  }

  @Test
  void whatIsNotKnownForAMomentLeavesItAsItIs() {
    metrics.look();
    APIService before = registered();
    String secret = "PUT secrets/reveille-metrics-tls";
    now = now.plus(Duration.ofDays(60)); // the certificate is to be renewed
    api.overtake(secret);
    metrics.look();
    assertEquals(before, registered(), "somebody else wrote the Secret");
    api.allow(secret);
    ClusterRole role = client.rbac().clusterRoles().withName("reveille-operator").get();
    client.resource(role).delete();
    metrics.look();
    metrics.look();
    assertEquals(before, registered(), "no owner");
    role.getMetadata().setResourceVersion(null);
    client.resource(role).create();
    metrics.look();
    assertEquals(certificates().caBundle(), registered().getSpec().getCaBundle());
    assertNotEquals(before, registered());
  }

  @Test
  void overAYearTheCertificateIsRenewedBeforeItEndsAndTrustedBeforeItIsShown() {
    metrics.look();
    Certificates.Pair shown = certificates().current();
    String known = registered().getSpec().getCaBundle();
    int renewed = 0;
    for (Duration passed = Duration.ZERO; passed.toDays() < 365; passed = passed.plusHours(12)) {
      now = now.plus(Duration.ofHours(12));
      metrics.look();
      Certificates there = certificates();
      assertTrue(
          there
              .current()
              .isGood("reveille-activator-metrics.reveille.svc", there.authorities(), now),
          () -> "at " + now + ": " + there.current());
      if (!there.current().equals(shown)) {
        assertEquals(known, there.caBundle(), "the cluster knew its authority before");
        renewed++;
      }
      shown = there.current();
      known = registered().getSpec().getCaBundle();
    }
    assertEquals(6, renewed);
  }

  @Test
  void aSecretThatWasTamperedWithIsFilledAnew() {
    metrics.look();
    Certificates before = certificates();
    client
        .secrets()
        .inNamespace("reveille")
        .withName("reveille-metrics-tls")
        .edit(secret -> new SecretBuilder(secret).withData(Map.of("tls.crt", "")).build());
    metrics.look();
    assertNotEquals(before.current(), certificates().current());
    assertEquals(certificates().caBundle(), registered().getSpec().getCaBundle());
  }
}
