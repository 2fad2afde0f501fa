package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which fields of a status an API server with an older CRD did not keep. */
class OlderCrdTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static InferenceEndpointStatus status(String yaml) {
    return Given.yaml(yaml, InferenceEndpointStatus.class);
  }

  private static List<String> dropped(String told, String there) {
    return OlderCrd.dropped(status(told), status(there));
  }

  @Test
  void whatWasToldAndIsNotThereWasDropped() {
    assertEquals(List.of(), dropped("{url: u, replicas: 1}", "{url: u, replicas: 1}"));
    assertEquals(List.of("wanted"), dropped("{url: u, wanted: 1}", "{url: u}"));
    assertEquals(
        List.of("coldStarts.p50Millis", "sleepFollowed"),
        dropped(
            "{coldStarts: {count: 2, p50Millis: 7.0}, sleepFollowed: a}",
            "{coldStarts: {count: 2}}"));
  }

  @Test
  void whatDiffersOtherwiseWasWrittenBySomebody() {
    assertEquals(List.of(), dropped("{url: u, wanted: 1}", "{url: other}"));
    assertEquals(List.of(), dropped("{url: u, wanted: 1}", "{url: u, replicas: 1}"));
  }

  @Test
  void itIsSaidAndKeptBeingSaid() {
    InferenceEndpointStatus told =
        status("{url: u, wanted: 1, observedGeneration: 3, conditions: []}");
    var word = OlderCrd.word(told, status("{url: u, observedGeneration: 3, conditions: []}"), NOW);
    assertEquals("OlderCrd", word.orElseThrow().getReason());
    assertTrue(word.get().getMessage().contains("drops status.wanted; apply"), word.toString());
    InferenceEndpointStatus said = OlderCrd.with(told, word.get());
    InferenceEndpointStatus there =
        OlderCrd.with(status("{url: u, observedGeneration: 3, conditions: []}"), word.get());
    assertEquals(word, OlderCrd.word(said, there, NOW.plusSeconds(60)), "unchanged");
    assertEquals(word, OlderCrd.known(said));
  }
}
