package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.crds.WarmPoolStatus.TallyStatus;
import dev.reveille.operator.activators.PoolLoad;
import dev.reveille.operator.activators.PoolLoad.Count;
import dev.reveille.operator.lifecycle.Applied;
import dev.reveille.operator.lifecycle.PoolObserved;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From what is seen of a pool to what its status says. */
class PoolStatusTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Applied DONE = new Applied.Done();
  private static final WarmPoolStatus STOOD = says(pool(2, null), load(2), DONE);
  private static final String PULLING =
      "metadata: {name: p}\nstatus: {containerStatuses: [{image: i, state: {waiting:"
          + " {reason: ErrImagePull, message: m}}}]}";
  private static final String UNSCHEDULABLE =
      "metadata: {name: p}\nstatus: {conditions: [{type: PodScheduled, reason: Unschedulable,"
          + " message: no room}]}";

  static Stream<Arguments> rows() {
    Applied taken = new Applied.NameTaken("Deployment small-pool");
    Applied refused = new Applied.Refused("Deployment small-pool", "quota");
    return Stream.of(
        row("new", pool(2, null), 0, DONE, "Unknown Starting"),
        row("one of two", pool(2, null), 1, DONE, "True Refilling"),
        row("all stand", pool(2, null), 2, DONE, "True Standing"),
        row("more than wanted, in a roll-out", pool(2, null), 3, DONE, "True Standing"),
        row("all claimed", pool(2, STOOD), 0, DONE, "True Refilling"),
        row("none wanted", pool(0, null), 0, DONE, "True NoneWanted"),
        row("name taken", pool(2, null), 0, taken, "False NameTaken"),
        row("name taken, none wanted", pool(0, null), 0, taken, "False NameTaken"),
        row("refused", pool(2, STOOD), 2, refused, "False ObjectRefused"),
        row(
            "a namesake is going",
            pool(2, null),
            0,
            new Applied.Leaving("Deployment small-pool"),
            "Unknown Replacing"),
        row("no image", pool(2, STOOD), 1, DONE, "False ImagePull", PULLING),
        row("no room", pool(2, null), 0, DONE, "False Unschedulable", UNSCHEDULABLE),
        row(
            "an evicted pod",
            pool(2, null),
            2,
            DONE,
            "True Standing",
            "metadata: {name: p}\nstatus: {phase: Failed}"));
  }

  private static Arguments row(
      String name, WarmPool pool, int free, Applied applied, String wanted, String... pods) {
    return Arguments.of(name, pool, free, applied, wanted, List.of(pods));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void ready(
      String name, WarmPool pool, int free, Applied applied, String wanted, List<String> pods) {
    WarmPoolStatus status = says(pool, load(free), applied, pods.toArray(String[]::new));
    assertEquals(wanted, Conditions.text(status.conditions(), "Ready"), name);
    assertEquals(free, status.free());
  }

  @Test
  void unchangedIsEqualAndWhatWasKnownHoldsWhileNobodyAnswers() {
    assertEquals(STOOD, says(pool(2, STOOD), load(2), DONE));
    assertEquals(STOOD, says(pool(2, STOOD), PoolLoad.UNKNOWN, DONE));
  }

  @Test
  void countsGoOnFromWhereTheyWere() {
    WarmPoolStatus first =
        after(null, Set.of("a", "b"), new Count("a", 3, 1), new Count("b", 2, 0));
    assertEquals(5, first.claims());
    assertEquals(1, first.misses());
    WarmPoolStatus same =
        after(first, Set.of("a", "b"), new Count("a", 3, 1), new Count("b", 2, 0));
    assertEquals(first, same);
    WarmPoolStatus restarted =
        after(first, Set.of("a", "b"), new Count("a", 1, 4), new Count("b", 4, 0));
    assertEquals(5 + 1 + 2, restarted.claims(), "a was restarted and claimed once since");
    assertEquals(1 + 3, restarted.misses());
    WarmPoolStatus scaledDown = after(restarted, Set.of("b"), new Count("b", 4, 0));
    assertEquals(8, scaledDown.claims());
    assertEquals(List.of(new TallyStatus("b", 4, 0)), scaledDown.tallies());
  }

  @Test
  void theTallyOfAnActivatorThatIsSilentIsKept() {
    WarmPoolStatus first =
        after(null, Set.of("a", "b"), new Count("a", 3, 1), new Count("b", 2, 0));
    PoolLoad part = new PoolLoad(0, false, Set.of("b"), List.of(new Count("b", 2, 0)), Set.of());
    assertEquals(first.tallies(), says(pool(2, first), part, DONE).tallies(), "no answer");
    WarmPoolStatus unaware = after(first, Set.of("a", "b"), new Count("b", 2, 0));
    assertEquals(first.tallies(), unaware.tallies(), "it answered, not of this pool");
  }

  private static WarmPoolStatus after(WarmPoolStatus before, Set<String> alive, Count... counts) {
    return says(pool(2, before), new PoolLoad(0, true, alive, List.of(counts), Set.of()), DONE);
  }

  private static WarmPoolStatus says(
      WarmPool pool, PoolLoad load, Applied applied, String... pods) {
    return PoolStatus.of(
        new PoolObserved(
            pool,
            null,
            Stream.of(pods).map(pod -> Serialization.unmarshal(pod, Pod.class)).toList(),
            load,
            applied),
        NOW);
  }

  private static PoolLoad load(int free) {
    return new PoolLoad(free, true, Set.of("a"), List.of(new Count("a", 0, 0)), Set.of());
  }

  private static WarmPool pool(int size, WarmPoolStatus before) {
    WarmPool pool = new WarmPool();
    pool.getMetadata().setName("small");
    pool.getMetadata().setGeneration(1L);
    pool.setSpec(WarmPoolSpec.of(size));
    pool.setStatus(before);
    return pool;
  }
}
