package dev.reveille.operator.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever goes wrong at whichever write: the same end, nothing left over, and a second look writes
 * nothing. A run tries a share, chosen by a seed that it prints; {@code -Dreveille.faults=all}
 * tries all, {@code -Dreveille.seed=SEED} the same share again, {@code
 * -Dreveille.faults="TAKEN_BUT_409 at write 3 of WOKEN"} one.
 */
class ControllerFaultsTest {
  private static final int SHARE = 80;

  /** In one cluster at once. */
  private static final int BATCH = 200;

  private static final int CLUSTERS_AT_ONCE = 2;

  @Test
  void everyFaultAtEveryWriteEndsAsWithoutIt() throws Exception {
    Map<Path, Result> undisturbed = undisturbed();
    List<Trial> trials = chosen(all(undisturbed));
    List<Result> results = new ArrayList<>();
    try (ExecutorService clusters = Executors.newFixedThreadPool(CLUSTERS_AT_ONCE)) {
      List<Callable<List<Result>>> runs =
          batches(trials).map(batch -> (Callable<List<Result>>) () -> run(batch)).toList();
      for (var run : clusters.invokeAll(runs)) {
        results.addAll(run.get());
      }
    }
    System.out.println(FaultTable.of(undisturbed, results));
    assertEquals(
        "",
        results.stream()
            .filter(result -> !result.trouble().isEmpty())
            .limit(20)
            .map(Result::toString)
            .reduce("", (one, other) -> one + "\n" + other));
  }

  private static Map<Path, Result> undisturbed() throws InterruptedException {
    Map<Path, Result> undisturbed = new EnumMap<>(Path.class);
    for (Result result : run(Stream.of(Path.values()).map(Trial::undisturbed).toList())) {
      assertEquals("", result.trouble(), result.toString());
      undisturbed.put(result.trial().path(), result);
    }
    return undisturbed;
  }

  private static List<Result> run(List<Trial> trials) throws InterruptedException {
    try (World world = new World()) {
      return world.run(trials);
    }
  }

  private static List<Trial> all(Map<Path, Result> undisturbed) {
    return undisturbed.entrySet().stream()
        .flatMap(
            entry ->
                IntStream.rangeClosed(1, entry.getValue().writes().size())
                    .boxed()
                    .flatMap(
                        at ->
                            Stream.of(Fault.values())
                                .filter(fault -> fault != Fault.NONE)
                                .map(fault -> trial(entry.getKey(), fault, at, entry.getValue()))))
        .toList();
  }

  private static Trial trial(Path path, Fault fault, int at, Result undisturbed) {
    return new Trial(path, fault, at, Optional.of(undisturbed.end()));
  }

  private static List<Trial> chosen(List<Trial> all) {
    String share = System.getProperty("reveille.faults", String.valueOf(SHARE));
    long seed = Long.getLong("reveille.seed", System.nanoTime());
    System.out.printf("controller faults: %s of %d, seed %d%n", share, all.size(), seed);
    List<Trial> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(seed));
    if (share.equals("all")) {
      return shuffled;
    }
    return share.matches("\\d+")
        ? shuffled.subList(0, Math.min(all.size(), Integer.parseInt(share)))
        : shuffled.stream().filter(trial -> trial.toString().equals(share)).toList();
  }

  /** What all that share a cluster would feel is kept apart. */
  private static Stream<List<Trial>> batches(List<Trial> trials) {
    return Stream.of(true, false)
        .map(shared -> trials.stream().filter(each -> each.fault().isShared() == shared).toList())
        .flatMap(
            some ->
                IntStream.range(0, Math.ceilDiv(some.size(), BATCH))
                    .mapToObj(
                        i -> some.subList(i * BATCH, Math.min(some.size(), (i + 1) * BATCH))));
  }
}
