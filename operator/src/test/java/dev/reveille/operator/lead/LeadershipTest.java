package dev.reveille.operator.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.operator.Config;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.javaoperatorsdk.operator.Operator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The lease is given back by who holds it, and by nobody else. */
@EnableKubernetesMockClient(https = false, crud = true)
class LeadershipTest {
  KubernetesClient client;
  private final List<String> done = new CopyOnWriteArrayList<>();

  private Leadership leadership(String election) throws Exception {
    return new Leadership(
        client,
        Config.parse(
            Map.of(
                "REVEILLE_NAMESPACE", "reveille",
                "POD_NAME", "operator-0",
                "REVEILLE_MODEL_SERVER_IMAGE", "i",
                "REVEILLE_LEADER_ELECTION", election)),
        () -> done.add("lead"));
  }

  private void held(String by) {
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName(Leadership.LEASE)
                .withNamespace("reveille")
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(by)
                .withLeaseDurationSeconds(15)
                .endSpec()
                .build())
        .create();
  }

  private String holder() {
    return client
        .leases()
        .inNamespace("reveille")
        .withName(Leadership.LEASE)
        .get()
        .getSpec()
        .getHolderIdentity();
  }

  @Test
  void aLeaderGivesItsLeaseBack() throws Exception {
    held("operator-0");
    Leadership leadership = leadership("true");
    leadership.lead();
    leadership.release();
    assertEquals("", holder());
  }

  @Test
  void anothersLeaseIsLeftAlone() throws Exception {
    held("operator-1");
    Leadership leadership = leadership("true");
    leadership.lead();
    leadership.release();
    assertEquals("operator-1", holder());
  }

  @Test
  void aFollowerThatStopsGivesNothingBack() throws Exception {
    held("operator-0");
    leadership("true").release();
    assertEquals("operator-0", holder());
  }

  @Test
  void withoutAnElectionItLeadsOnceItRuns() throws Exception {
    leadership("true").starting();
    assertEquals(List.of(), done);
    leadership("false").starting();
    assertEquals(List.of("lead"), done);
  }

  @Test
  void stoppingClosesEverythingInOrderThoughOneFails() throws Exception {
    Operator operator =
        new Operator(
            framework -> framework.withKubernetesClient(client).withCloseClientOnStop(false));
    new Shutdown(
            operator,
            leadership("false"),
            List.of(
                () -> done.add("poller"),
                () -> {
                  throw new IllegalStateException("broken");
                },
                () -> done.add("http")))
        .stop();
    assertEquals(List.of("poller", "http"), done);
  }
}
