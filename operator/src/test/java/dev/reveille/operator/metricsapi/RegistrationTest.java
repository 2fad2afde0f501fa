package dev.reveille.operator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.operator.lifecycle.Given;
import dev.reveille.operator.metricsapi.Registration.Wish;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the APIService, whoever made it and whatever was done to it. */
class RegistrationTest {
  private static final ClusterRole OWNER =
      Given.yaml(
          """
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRole
          metadata: {name: reveille-operator, uid: role-1}
          """,
          ClusterRole.class);
  private static final APIService WANTED = Registration.wanted("reveille", "Q0E=", OWNER);
  private static final Wish PRESENT = new Wish.Present(WANTED);

  private static String decide(Wish wish, APIService there, Duration unserved) {
    return switch (Registration.decide(wish, there, "reveille", unserved)) {
      case Registration.Foreign(String who) -> "Foreign " + who;
      case Registration other -> other.getClass().getSimpleName();
    };
  }

  private static String afterwards(Consumer<APIService> edit) {
    APIService there = Serialization.clone(WANTED);
    edit.accept(there);
    return decide(PRESENT, there, Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    "false, PT0S, Create",
    "false, PT1S, Keep",
    "true, PT0S, Keep",
    "true, PT59S, Keep",
    "true, PT60S, Withdraw"
  })
  void itStandsWhileThereIsAServer(boolean there, Duration unserved, String decided) {
    assertEquals(decided, decide(PRESENT, there ? WANTED : null, unserved));
  }

  @Test
  void whatIsNotWantedIsNotMadeAndTakenBack() {
    assertEquals("Keep", decide(new Wish.Absent(), null, Duration.ZERO));
    assertEquals("Withdraw", decide(new Wish.Absent(), WANTED, Duration.ZERO));
  }

  @Test
  void whatIsNotKnownIsNotMadeAndNotTakenBackWhileThereIsAServer() {
    assertEquals("Keep", decide(new Wish.Unknown(), null, Duration.ZERO));
    assertEquals("Keep", decide(new Wish.Unknown(), WANTED, Duration.ZERO));
    assertEquals("Withdraw", decide(new Wish.Unknown(), WANTED, Registration.UNSERVED_AT_MOST));
  }

  @Test
  void whatWasDoneToItIsUndone() {
    assertEquals("Keep", afterwards(there -> {}));
    assertEquals("Correct", afterwards(there -> there.getSpec().setCaBundle("T0xE")));
    assertEquals("Correct", afterwards(there -> there.getSpec().getService().setPort(8443)));
    assertEquals("Correct", afterwards(there -> there.getSpec().setVersionPriority(1)));
    assertEquals("Correct", afterwards(there -> there.getSpec().setInsecureSkipTLSVerify(true)));
    assertEquals("Correct", afterwards(there -> there.getMetadata().getOwnerReferences().clear()));
    assertEquals(
        "Keep", afterwards(there -> there.getMetadata().setDeletionTimestamp("2026-03-01")));
  }

  @Test
  void anothersIsNeverTouched() {
    assertEquals(
        "Foreign Service keda/metrics",
        afterwards(
            there -> {
              there.getSpec().getService().setNamespace("keda");
              there.getSpec().getService().setName("metrics");
            }));
    assertEquals(
        "Foreign Service other/reveille-activator-metrics",
        afterwards(there -> there.getSpec().getService().setNamespace("other")));
    assertEquals(
        "Foreign kube-apiserver itself", afterwards(there -> there.getSpec().setService(null)));
    APIService foreign = Serialization.clone(WANTED);
    foreign.getSpec().setService(null);
    assertEquals(
        "Foreign kube-apiserver itself",
        decide(new Wish.Absent(), foreign, Registration.UNSERVED_AT_MOST));
  }
}
