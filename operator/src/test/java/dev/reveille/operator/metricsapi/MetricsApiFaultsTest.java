package dev.reveille.operator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.operator.Config;
import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.OneFault;
import dev.reveille.operator.kit.OneFault.Kind;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Made, renewed, taken back and made again, with every fault at every write on the way: nobody ever
 * sees a certificate that is not trusted, and the end is the same.
 */
class MetricsApiFaultsTest {
  private static final Map<String, String> ENV =
      Map.of(
          "POD_NAME",
          "operator-0",
          "REVEILLE_NAMESPACE",
          "reveille",
          "REVEILLE_MODEL_SERVER_IMAGE",
          "i",
          "REVEILLE_EXTERNAL_METRICS",
          "true");

  /** A share of them, unless {@code -Dreveille.faults=all}. */
  @Test
  void everyFaultAtEveryWriteEndsAsWithoutIt() throws Exception {
    int writes = run(Kind.NONE, 0);
    assertEquals(8, writes, "the path has all its writes");
    boolean all = System.getProperty("reveille.faults", "").equals("all");
    Random random = new Random();
    for (Kind kind : Kind.values()) {
      int one = 1 + random.nextInt(writes);
      for (int at = all ? 1 : one; at <= (all ? writes : one); at++) {
        run(kind, at);
      }
    }
  }

  private static int run(Kind kind, int at) throws Exception {
    try (Story story = new Story(kind, at)) {
      return story.play();
    }
  }

  /** One installation over some weeks. */
  private static final class Story implements AutoCloseable {
    private final ApiServer api = new ApiServer();
    private final KubernetesClient client = api.client();
    private final String name;
    private final Kind kind;
    private final OneFault fault;
    private final Config config = Config.parse(ENV);
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private boolean served = true;
    private MetricsApi metrics = metrics();

    Story(Kind kind, int at) throws Config.BadConfig {
      this.name = kind + " at write " + at;
      this.kind = kind;
      this.fault = new OneFault(kind, at);
      var secret = new SecretBuilder().withNewMetadata().withName("reveille-metrics-tls");
      client.resource(secret.withNamespace("reveille").endMetadata().build()).create();
      var role = new ClusterRoleBuilder().withNewMetadata().withName("reveille-operator");
      client.resource(role.endMetadata().build()).create();
      api.road(fault);
    }

    private MetricsApi metrics() {
      return new MetricsApi(client, config, () -> served, () -> {}, () -> now);
    }

    int play() {
      looks(Duration.ZERO);
      edit(spec -> "T1RIRVI=");
      looks(Duration.ZERO);
      Certificates first = certificates();
      looks(Duration.ofDays(61)); // the next is made, trusted
      looks(Duration.ofMinutes(11)); // and shown
      assertTrue(!certificates().current().equals(first.current()), name + ": renewed");
      served = false;
      looks(Duration.ofMinutes(2));
      assertEquals(null, registered(), name + ": taken back");
      served = true;
      looks(Duration.ofMinutes(1));
      assertEquals(certificates().caBundle(), registered().getSpec().getCaBundle(), name);
      int writes = fault.writes();
      looks(Duration.ofMinutes(1));
      assertEquals(writes, fault.writes(), name + ": a second look writes nothing");
      return writes;
    }

    /** Looks some times after {@code later}; who was killed is replaced. */
    private void looks(Duration later) {
      now = now.plus(later);
      for (int i = 0; i < 4; i++) {
        try {
          metrics.look();
        } catch (KubernetesClientException e) {
          if (kind.isDeath()) {
            metrics.close();
            metrics = metrics();
          }
        }
        now = now.plusSeconds(61); // longer than an activator may be away, the operator too
        APIService there = registered();
        boolean untouched = there != null && !"T1RIRVI=".equals(there.getSpec().getCaBundle());
        if (untouched) {
          assertTrue(isTrusted(there.getSpec().getCaBundle()), name + ": trusted by all callers");
        }
      }
    }

    /** The certificate that is shown was signed by one of those that callers trust. */
    private boolean isTrusted(String caBundle) {
      Certificates.Pair shown = certificates().current();
      return Certificates.parse(
              Map.of(
                  "ca.crt", caBundle, "tls.crt", encoded("tls.crt"), "tls.key", encoded("tls.key")))
          .filter(
              each ->
                  shown.isGood("reveille-activator-metrics.reveille.svc", each.authorities(), now))
          .isPresent();
    }

    private String encoded(String field) {
      return secret().get(field);
    }

    private Map<String, String> secret() {
      return client
          .secrets()
          .inNamespace("reveille")
          .withName("reveille-metrics-tls")
          .get()
          .getData();
    }

    private Certificates certificates() {
      return Certificates.parse(secret()).orElseThrow();
    }

    private APIService registered() {
      return client.apiServices().withName(Registration.NAME).get();
    }

    /** Somebody else's hand. */
    private void edit(UnaryOperator<String> caBundle) {
      api.road((call, answer) -> answer.get());
      client
          .apiServices()
          .withName(Registration.NAME)
          .edit(
              there -> {
                there.getSpec().setCaBundle(caBundle.apply(there.getSpec().getCaBundle()));
                return there;
              });
      api.road(fault);
    }

    @Override
    public void close() {
      metrics.close();
      client.close();
      api.close();
    }
  }
}
