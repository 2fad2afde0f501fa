package dev.reveille.e2e.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.bench.Flatness.Tolerance;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Growth is told from a warm-up, a peak and noise. */
class FlatnessTest {
  static List<Arguments> courses() {
    return List.of(
        Arguments.of("flat", (IntToDoubleFunction) i -> 100, false),
        Arguments.of("a warm-up", (IntToDoubleFunction) i -> i < 10 ? i * 10 : 100, false),
        Arguments.of("a peak at the end", (IntToDoubleFunction) i -> i > 95 ? 900 : 100, false),
        Arguments.of("noise", (IntToDoubleFunction) i -> 90 + i * 37 % 21, false),
        Arguments.of("a slow leak", (IntToDoubleFunction) i -> 100 + 0.5 * i, true),
        Arguments.of("a step that stays", (IntToDoubleFunction) i -> i > 60 ? 150 : 100, true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("courses")
  void growthIsTold(String name, IntToDoubleFunction course, boolean grows) {
    Flatness flatness = new Flatness();
    for (int i = 0; i < 100; i++) {
      flatness.sample(name, new Tolerance(0.1, 5), course.applyAsDouble(i));
    }
    assertEquals(grows ? List.of(name) : List.of(), flatness.grown(20));
    assertEquals(List.of(), flatness.grown(101), "too few samples");
    assertTrue(flatness.table(20).contains(name));
  }
}
