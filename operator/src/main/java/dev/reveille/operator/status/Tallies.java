package dev.reveille.operator.status;

import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.crds.WarmPoolStatus.TallyStatus;
import dev.reveille.operator.activators.PoolLoad;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool's claims and misses over all activators and all time: activators count since they started,
 * the status remembers up to where.
 */
record Tallies(long claims, long misses, List<TallyStatus> tallies) {

  static Tallies after(@Nullable WarmPoolStatus before, PoolLoad load) {
    List<TallyStatus> known =
        before == null || before.tallies() == null ? List.of() : before.tallies();
    long claims = before == null || before.claims() == null ? 0 : before.claims();
    long misses = before == null || before.misses() == null ? 0 : before.misses();
    for (PoolLoad.Count count : load.counts()) {
      claims += growth(count.claims(), of(known, count.activator(), TallyStatus::claims));
      misses += growth(count.misses(), of(known, count.activator(), TallyStatus::misses));
    }
    return new Tallies(claims, misses, merged(known, load));
  }

  /** A count below the tally means that the activator was restarted. */
  private static long growth(long count, long tally) {
    return count < tally ? count : count - tally;
  }

  private static long of(
      List<TallyStatus> known, String activator, ToLongFunction<TallyStatus> which) {
    return find(known, activator).map(which::applyAsLong).orElse(0L);
  }

  private static Optional<TallyStatus> find(List<TallyStatus> tallies, String activator) {
    return tallies.stream().filter(each -> each.activator().equals(activator)).findFirst();
  }

  /** One that is gone is forgotten; one that did not answer may not be gone. */
  private static List<TallyStatus> merged(List<TallyStatus> known, PoolLoad load) {
    List<TallyStatus> counted =
        load.counts().stream()
            .map(count -> new TallyStatus(count.activator(), count.claims(), count.misses()))
            .toList();
    Stream<TallyStatus> silent =
        known.stream()
            .filter(each -> find(counted, each.activator()).isEmpty())
            .filter(each -> !load.complete() || load.activators().contains(each.activator()));
    return Stream.concat(counted.stream(), silent)
        .sorted(Comparator.comparing(TallyStatus::activator))
        .collect(Collectors.toUnmodifiableList());
  }
}
