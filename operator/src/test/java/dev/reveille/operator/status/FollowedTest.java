package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.lifecycle.Given;
import dev.reveille.operator.lifecycle.Transition;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a value of the annotations reveille.dev/wake and reveille.dev/sleep. */
class FollowedTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Transition STAYED = new Transition.Stay();
  private static final Transition SLEPT = new Transition.Sleep();
  private static final Transition RAISED = new Transition.Raise(1);

  static Stream<Arguments> sleeps() {
    return Stream.of(
        row("nobody asks", new Given().replicas(1, 1), STAYED, null, ""),
        row("it slept", up(), SLEPT, "a", "True SleptAsAsked"),
        row("it is asleep", new Given().sleep("a"), STAYED, "a", "True SleptAsAsked"),
        row("something runs", up(), STAYED, null, "Unknown SleepsOnceIdle"),
        row("paused, something runs", up().paused(), STAYED, null, "Unknown SleepsOnceIdle"),
        row("its floor keeps it up", up().scaling(1, 4, 60), STAYED, "a", "False FloorKeepsItUp"));
  }

  private static Given up() {
    return new Given().replicas(1, 1).sleep("a");
  }

  private static Arguments row(
      String name, Given given, Transition done, String followed, String condition) {
    return Arguments.of(name, given, done, followed, condition);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sleeps")
  void aValueOfSleep(String name, Given given, Transition done, String followed, String condition) {
    InferenceEndpointStatus status = status(given, done, NOW);
    assertEquals(followed, status.sleepFollowed(), name);
    assertEquals(condition, Conditions.text(status, "SleepFollowed"), name);
  }

  private static InferenceEndpointStatus status(Given given, Transition done, Instant now) {
    return EndpointStatus.of(given.observed(), done, Given.CONFIG, now);
  }

  @Test
  void itGivesUpAfterAMinuteSaysSoAndKeepsSayingSo() {
    InferenceEndpointStatus asked = status(up(), STAYED, NOW);
    InferenceEndpointStatus later = status(up().before(asked), STAYED, NOW.plusSeconds(59));
    assertEquals(asked, later, "still waiting: nothing to write");
    InferenceEndpointStatus over = status(up().before(later), STAYED, NOW.plusSeconds(60));
    assertEquals("False KeptBusy", Conditions.text(over, "SleepFollowed"));
    assertEquals("a", over.sleepFollowed());
    assertEquals(over, status(up().before(over), STAYED, NOW.plusSeconds(600)));
    assertEquals(
        "Unknown SleepsOnceIdle",
        Conditions.text(
            status(up().sleep("b").before(over), STAYED, NOW.plusSeconds(700)), "SleepFollowed"),
        "another value is another try");
    assertEquals(
        "",
        Conditions.text(
            status(new Given().replicas(1, 1).before(over), STAYED, NOW), "SleepFollowed"),
        "the annotation was removed");
  }

  @Test
  void wakeIsFollowedByARaiseAndIgnoredWhilePaused() {
    assertEquals("a", status(new Given().wake("a"), RAISED, NOW).wakeFollowed());
    assertEquals(null, status(new Given().wake("a"), STAYED, NOW).wakeFollowed());
    InferenceEndpointStatus paused = status(new Given().wake("a").paused(), STAYED, NOW);
    assertEquals("a", paused.wakeFollowed(), "resuming does not wake it either");
    assertEquals(
        List.of("Paused", "WakeIgnored"),
        News.between(null, paused).stream().map(News::reason).toList());
    assertEquals(List.of(), News.between(paused, paused));
  }

  @Test
  void eachValueOfSleepIsToldOnce() {
    InferenceEndpointStatus one = status(up().scaling(1, 4, 60), STAYED, NOW);
    InferenceEndpointStatus two =
        status(up().scaling(1, 4, 60).sleep("b").before(one), STAYED, NOW);
    assertEquals(
        List.of("FloorKeepsItUp"), News.between(one, two).stream().map(News::reason).toList());
    assertEquals(List.of(), News.between(two, two));
  }
}
