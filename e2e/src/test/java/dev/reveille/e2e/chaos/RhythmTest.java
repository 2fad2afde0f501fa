package dev.reveille.e2e.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.chaos.Rhythm.Span;
import dev.reveille.e2e.chaos.Strike.Kind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is seeded comes again, and what is promised of it comes about. */
class RhythmTest {
  private static Rhythm rhythm(long seed) {
    return new Rhythm(seed, new Span(100, 300), new Span(200, 400));
  }

  @Test
  void callsAndPausesTakeTurnsAndAreAsLongAsTheyMayBe() {
    Rhythm rhythm = rhythm(1);
    long calls = rhythm.next(10_000);
    long pause = calls;
    while (rhythm.next(pause) == pause) {
      pause++;
    }
    long again = rhythm.next(pause);
    assertTrue(pause - calls <= 300, "called for " + (pause - calls));
    assertTrue(again - pause >= 200 && again - pause <= 400, "a pause of " + (again - pause));
    assertEquals(calls, rhythm.next(calls), "asked about earlier times, it says the same");
  }

  @Test
  void theSameSeedGivesTheSameRhythmAndAnotherAnother() {
    List<Long> one = IntStream.range(0, 50).mapToObj(i -> rhythm(1).next(i * 200L)).toList();
    List<Long> same = IntStream.range(0, 50).mapToObj(i -> rhythm(1).next(i * 200L)).toList();
    List<Long> other = IntStream.range(0, 50).mapToObj(i -> rhythm(2).next(i * 200L)).toList();
    assertEquals(one, same);
    assertTrue(!one.equals(other));
  }

  @Test
  void aRoundOfMischiefHasEachKind() {
    Mischief plan = new Mischief(3, 1000);
    var round = Stream.generate(plan::next).limit(15).collect(Collectors.toSet());
    assertEquals(Kind.values().length, round.size());
    Mischief same = new Mischief(3, 1000);
    Mischief again = new Mischief(3, 1000);
    assertEquals(
        Stream.generate(same::next).limit(30).toList(),
        Stream.generate(again::next).limit(30).toList());
  }
}
