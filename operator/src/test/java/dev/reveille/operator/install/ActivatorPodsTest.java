package dev.reveille.operator.install;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which activators are waited for. */
class ActivatorPodsTest {
  private static Pod pod(String phase, UnaryOperator<ContainerStateBuilder> state) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("activator")
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .withPodIP("10.0.0.1")
        .addNewContainerStatus()
        .withState(state.apply(new ContainerStateBuilder()).build())
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static ContainerStateBuilder running(ContainerStateBuilder state) {
    return state.withNewRunning().endRunning();
  }

  @Test
  void oneThatRunsIsWaitedForWhenItIsShuttingDownToo() {
    Pod stopping = pod("Running", ActivatorPodsTest::running);
    stopping.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    assertTrue(ActivatorPods.lives(stopping));
  }

  @Test
  void oneThatCrashesAgainAndAgainIsNotWaitedFor() {
    assertFalse(
        ActivatorPods.lives(
            pod(
                "Running",
                state -> state.withNewWaiting().withReason("CrashLoopBackOff").endWaiting())));
    assertFalse(
        ActivatorPods.lives(
            pod("Running", state -> state.withNewTerminated().withExitCode(137).endTerminated())));
  }

  @Test
  void oneThatHasNotBegunOrHasEndedIsNotWaitedFor() {
    assertFalse(ActivatorPods.lives(pod("Pending", state -> state.withNewWaiting().endWaiting())));
    assertFalse(ActivatorPods.lives(pod("Failed", ActivatorPodsTest::running)));
  }
}
