package dev.reveille.activator.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.measure.Timeline.Phase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Phases add up, whatever is missing or out of order. */
class TimelineTest {
  private static final long MS = 1_000_000;

  private final Timeline timeline = new Timeline();

  private static double sum(List<Phase> phases) {
    return phases.stream().mapToDouble(Phase::millis).sum();
  }

  @Test
  void phasesAreTheTimesBetweenMarks() {
    timeline.mark(Mark.SCALED, 10 * MS);
    timeline.mark(Mark.CREATED, 20 * MS);
    timeline.mark(Mark.SCHEDULED, 30 * MS);
    timeline.mark(Mark.ADDRESS, 200 * MS);
    timeline.arrive(Way.SILENT, 300 * MS);
    List<Phase> phases = timeline.phases(0, 305 * MS, 320 * MS);
    assertEquals(
        List.of(
            new Phase("scale", 10),
            new Phase("create", 10),
            new Phase("schedule", 10),
            new Phase("address", 170),
            new Phase("readiness", 100),
            new Phase("forward", 5),
            new Phase("response", 15)),
        phases);
  }

  @Test
  void whatAMissingMarkLeavesOpenIsAPhaseOfItsOwn() {
    timeline.mark(Mark.SCALED, 10 * MS);
    timeline.mark(Mark.SCHEDULED, 40 * MS);
    timeline.arrive(Way.SILENT, 300 * MS);
    List<Phase> phases = timeline.phases(0, 305 * MS, 320 * MS);
    assertEquals(new Phase("unexplained", 30), phases.get(1));
    assertEquals(320, sum(phases), 1e-9);
  }

  @Test
  void whatTheClusterShowsLateWasSoBeforeWhatFollowed() {
    timeline.mark(Mark.CREATED, 22 * MS);
    timeline.mark(Mark.SCALED, 30 * MS); // the answer came after the watch's event
    timeline.mark(Mark.SCHEDULED, 250 * MS); // the event came after the pod had started
    timeline.mark(Mark.PROCESS, 200 * MS);
    timeline.arrive(Way.POD, 300 * MS);
    List<Phase> phases = timeline.phases(0, 301 * MS, 320 * MS);
    assertEquals(new Phase("scale", 22), phases.get(0));
    assertEquals(new Phase("create", 0), phases.get(1));
    assertEquals(new Phase("schedule", 178), phases.get(2));
    assertEquals(new Phase("container", 0), phases.get(3));
    assertEquals(320, sum(phases), 1e-9);
  }

  @Test
  void aWakeThroughThePoolShowsTheClaimAndNotTheReplicaThatFollows() {
    timeline.mark(Mark.SCALED, 9 * MS);
    timeline.mark(Mark.CREATED, 20 * MS);
    new Hello(
            "u",
            "bridge-r",
            "m",
            "i",
            8080,
            "ready",
            "",
            "",
            Map.of(
                "main", 40.0, "claimed", 9002.0, "fetched", 9012.0, "session", 9042.0, "warm",
                9046.0, "sent", 9047.0))
        .align(timeline, 50 * MS);
    timeline.arrive(Way.POD, 400 * MS);
    assertEquals(
        List.of("claim", "fetch", "session", "warmup", "hello", "forward", "response"),
        timeline.phases(0, 51 * MS, 55 * MS).stream().map(Phase::name).toList());
    assertEquals("pool", timeline.way().label());
    assertEquals(new Phase("claim", 5), timeline.phases(0, 51 * MS, 55 * MS).get(0));
  }

  @Test
  void aMarkBeforeItsPredecessorTakesNoTime() {
    timeline.mark(Mark.HTTP, 200 * MS);
    timeline.mark(Mark.FETCHED, 150 * MS);
    timeline.mark(Mark.SESSION, 260 * MS);
    List<Phase> phases = timeline.phases(100 * MS, 270 * MS, 280 * MS);
    assertEquals("unexplained", phases.get(0).name());
    assertEquals(new Phase("fetch", 0), phases.get(1));
    assertEquals(180, sum(phases), 1e-9);
  }

  @Test
  void aRequestThatCameLaterSeesOnlyItsOwnTime() {
    timeline.mark(Mark.SCALED, 10 * MS);
    timeline.arrive(Way.POD, 300 * MS);
    assertEquals(40, sum(timeline.phases(280 * MS, 301 * MS, 320 * MS)), 1e-9);
  }

  @Test
  void theFirstWordCounts() {
    timeline.mark(Mark.CREATED, 5);
    timeline.mark(Mark.CREATED, 9);
    assertEquals(5, timeline.at(Mark.CREATED, 0));
  }

  @Test
  void aHelloPutsThePodsStepsOnOurClock() {
    new Hello(
            "u",
            "r",
            "m",
            "i",
            8080,
            "ready",
            "",
            "",
            Map.of("main", 40.0, "http", 120.0, "warm", 200.0, "sent", 201.0))
        .align(timeline, 1000 * MS);
    assertEquals(799 * MS, timeline.at(Mark.PROCESS, 0));
    assertEquals(839 * MS, timeline.at(Mark.MAIN, 0));
    assertEquals(999 * MS, timeline.at(Mark.WARM, 0));
    assertEquals(1000 * MS, timeline.at(Mark.HELLO, 0));
  }
}
