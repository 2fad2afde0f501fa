package dev.reveille.operator.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an endpoint is raised to when its canary goes. */
class InheritanceTest {
  private static Deployment canary(int ready) {
    return new DeploymentBuilder().withNewStatus().withReadyReplicas(ready).endStatus().build();
  }

  @ParameterizedTest
  @CsvSource({
    "1,  9, 10, 10", // nine tenths of the load are coming
    "5,  5, 10, 10",
    "4,  3, 5,  5",
    "2,  1, 10, 3",
    "1,  0, 10, 0", // a canary that sleeps, or never served, leaves nothing to do
    "0,  9, 10, 0", // the next request wakes it
    "5,  9, 5,  0",
    "6,  9, 5,  0", // more than the most is the autoscaler's affair
  })
  void anEndpointThatIsAwakeMakesUpForItsCanary(int wanted, int served, int most, int raised) {
    Observed endpoint = new Given().replicas(wanted, wanted).scaling(0, most, 60).observed();
    assertEquals(
        raised == 0 ? new Transition.Stay() : new Transition.Raise(raised),
        Inheritance.of(endpoint, canary(served)));
  }

  @Test
  void oneThatIsPausedStaysAsItIs() {
    Observed paused = new Given().replicas(1, 1).scaling(0, 9, 60).paused().observed();
    assertEquals(new Transition.Stay(), Inheritance.of(paused, canary(3)));
    Observed awake = new Given().replicas(1, 1).scaling(0, 9, 60).observed();
    assertEquals(new Transition.Stay(), Inheritance.of(awake, new Deployment()));
  }
}
