package dev.reveille.e2e.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Quantiles by nearest rank. */
class SpreadTest {
  @Test
  void quantilesAreMeasuredValues() {
    Spread thirty = Spread.of(IntStream.rangeClosed(1, 30).mapToDouble(i -> 31 - i).toArray());
    assertEquals(
        List.of(15.0, 29.0, 30.0), List.of(thirty.p50(), thirty.p95(), thirty.max()), "of 1 to 30");
    Spread two = Spread.of(7, 3);
    assertEquals(List.of(3.0, 7.0, 7.0), List.of(two.p50(), two.p95(), two.max()), "of 3 and 7");
    Spread one = Spread.of(5);
    assertEquals(List.of(5.0, 5.0, 5.0), List.of(one.p50(), one.p95(), one.max()), "of 5 alone");
  }

  @Test
  void nothingHasNoQuantiles() {
    assertThrows(IllegalArgumentException.class, () -> new Spread(List.of()));
  }

  @Test
  void aThousandValuesKeepTheirTail() {
    Spread spread = Spread.of(DoubleStream.iterate(1, x -> x + 1).limit(1000).toArray());
    assertEquals(950, spread.p95());
  }
}
