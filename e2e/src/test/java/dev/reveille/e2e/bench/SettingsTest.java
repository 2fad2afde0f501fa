package dev.reveille.e2e.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.bench.Settings.Part;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the environment can ask for. */
class SettingsTest {
  @Test
  void anEmptyEnvironmentAsksForEverything() {
    Settings settings = Settings.parse(Map.of());
    assertEquals(List.of(30, 50), List.of(settings.tries(), settings.storm()));
    assertEquals(EnumSet.allOf(Part.class), settings.parts());
    assertTrue(settings.elsewhere().isEmpty());
  }

  @Test
  void variablesNameTheRest() {
    Settings settings =
        Settings.parse(
            Map.of(
                "N", "5",
                "STORM", "10",
                "PARTS", "floor ordinary",
                "BENCH_NODE_ADDRESS", "10.88.0.1",
                "BENCH_NOT_DEFAULT", "one: why\ntwo: why"));
    assertEquals(List.of(5, 10), List.of(settings.tries(), settings.storm()));
    assertEquals(EnumSet.of(Part.FLOOR, Part.ORDINARY), settings.parts());
    assertEquals(Optional.of("10.88.0.1"), settings.nodeAddress());
    assertEquals(List.of("one: why", "two: why"), settings.notDefault());
  }

  @Test
  void anotherSystemIsTimedInstead() {
    Settings settings =
        Settings.parse(
            Map.of(
                "BENCH_URL", "http://10.96.0.9:8000/v1/predict?x=1",
                "BENCH_HOST", "minilm.example",
                "BENCH_BODY", "request.json",
                "BENCH_SLEEP", "sleep-now"));
    assertEquals(
        new Elsewhere(
            URI.create("http://10.96.0.9:8000/v1/predict?x=1"),
            "minilm.example",
            Path.of("request.json"),
            "sleep-now"),
        settings.elsewhere().orElseThrow());
  }

  @Test
  void everyProblemIsNamed() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Settings.parse(
                        Map.of("N", "many", "PARTS", "roof", "BENCH_URL", "https://x.example/")))
            .getMessage();
    for (String word : List.of("N=many", "roof", "BENCH_URL", "BENCH_BODY", "BENCH_SLEEP")) {
      assertTrue(message.contains(word), () -> word + " in: " + message);
    }
  }
}
