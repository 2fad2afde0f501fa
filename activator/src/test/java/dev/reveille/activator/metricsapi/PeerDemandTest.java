package dev.reveille.activator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.activator.gate.Demand.Figures;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far the word of another activator counts. Time is what the test says it is. */
class PeerDemandTest {
  private static final Set<String> BOTH = Set.of("a", "b");

  private static long at(double seconds) {
    return Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private static PeerDemand heard() {
    PeerDemand peers = new PeerDemand();
    peers.heard("a", "a1", Map.of("u1", new Figures(4, 8)), at(100));
    peers.heard("b", "b1", Map.of("u1", new Figures(2, 1), "u2", new Figures(1, 1)), at(100));
    return peers;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fresh                                  | 100.5 | a b | 6   | known
          one does not answer for a while        | 129   | a b | 6   | known
          one does not answer for too long       | 131   | a b | 6   | missing
          one is gone: what it had fades         | 102.5 | a   | 5.5 | known
          its requests are out of the average    | 110   | a   | 4   | known
          and stay out                           | 125   | a   | 4   | known
          one that serves was never heard of     | 101   | a b c | 6 | missing
          all are gone                           | 105   | ''  | 3   | known
          """)
  void aWordCountsAsItIsThenFadesOrIsMissed(
      String name, double now, String serving, double sum, String known) {
    Set<String> there = serving.isEmpty() ? Set.of() : Set.of(serving.split(" "));
    PeerDemand peers = heard();
    assertEquals(sum, peers.of("u1", there, at(now)).concurrency(), 1e-9, name);
    boolean missing = peers.missing(there, at(now)).isPresent();
    assertEquals(known, missing ? "missing" : "known", name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing of it is lost at once           | 100.5 | a b | 5.9
          not even while it is not ready          | 100.5 | a   | 5.9
          what it had fades while its own grows   | 105   | a b | 5
          only its own counts in the end          | 110   | a b | 4
          """)
  void aContainerThatWasRestartedCountsBesideTheFormerOne(
      String name, double now, String serving, double sum) {
    PeerDemand peers = heard();
    peers.heard("b", "b2", Map.of(), at(100.2));
    assertEquals(Optional.empty(), peers.missing(BOTH, at(100.2)), "it says all it knows");
    peers.heard("b", "b2", Map.of("u1", new Figures(0.1, 0)), at(100.4));
    double known = peers.of("u1", Set.of(serving.split(" ")), at(now)).concurrency();
    double itsOwn = serving.contains("b") ? 0.1 : 0.1 * (100.4 + 10 - now) / 10;
    assertEquals(sum, known - itsOwn, 1e-9, name);
  }

  @Test
  void aContainerThatIsRestartedTimeAndAgainCountsWithEachOfItsLives() {
    PeerDemand peers = heard();
    peers.heard("b", "b2", Map.of("u1", new Figures(1, 0)), at(102));
    peers.heard("b", "b3", Map.of(), at(103));
    assertEquals(4 + 2 * 0.5 + 0.7, peers.of("u1", BOTH, at(105)).concurrency(), 1e-9);
    peers.heard("b", "b3", Map.of("u1", new Figures(2, 1)), at(112));
    assertEquals(6, peers.of("u1", BOTH, at(112)).concurrency(), 1e-9);
  }

  @Test
  void anEndpointThatNobodySpeaksOfHasNoDemand() {
    assertEquals(Figures.NONE, heard().of("u3", BOTH, at(100)));
    assertEquals(new Figures(1, 1), heard().of("u2", BOTH, at(100)));
    assertEquals(Optional.empty(), heard().missing(BOTH, at(100)));
  }
}
