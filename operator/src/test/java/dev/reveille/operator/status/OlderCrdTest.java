package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.WarmPool;
import dev.reveille.crds.WarmPoolStatus;
import dev.reveille.operator.kit.ChartCrd;
import dev.reveille.operator.lifecycle.Given;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written of a status when the CRD is older than the operator. */
class OlderCrdTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static InferenceEndpointStatus status(String yaml) {
    return Given.yaml(yaml, InferenceEndpointStatus.class);
  }

  private static Optional<JSONSchemaProps> without(String... fields) {
    return Optional.of(ChartCrd.of(InferenceEndpoint.class).without(fields).status());
  }

  private static String missing(InferenceEndpointStatus status, Optional<JSONSchemaProps> schema) {
    return OlderCrd.condition(OlderCrd.said(status, null, schema, NOW))
        .map(Condition::getMessage)
        .map(message -> message.replaceAll(".* has no (.*); apply the CRDs .*", "$1"))
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "canary | {url: u, replicas: 1} | {url: u, replicas: 1} | \"\"",
        "url | {url: u, replicas: 1} | {replicas: 1} | status.url",
        "url,wanted | {url: u, wanted: 1, queued: 2} | {queued: 2} | status.url, status.wanted",
        "coldStarts.p95Millis | {coldStarts: {count: 2, p50Millis: 7.0, p95Millis: 9.0}}"
            + " | {coldStarts: {count: 2, p50Millis: 7.0}} | status.coldStarts.p95Millis",
        // A count of 0 would be wrong, and refused too.
        "coldStarts.count | {url: u, coldStarts: {count: 2, p50Millis: 7.0}}"
            + " | {url: u} | status.coldStarts.count",
        "canary.url | {canary: {replicas: 1}} | {canary: {replicas: 1}} | \"\"",
        "canary | {url: u, canary: {replicas: 1}} | {url: u} | status.canary",
        "coldStarts.recentMillis | {coldStarts: {count: 2, recentMillis: [7.0, 8.5]}}"
            + " | {coldStarts: {count: 2}} | status.coldStarts.recentMillis"
      })
  void whatTheSchemaDoesNotKnowIsLeftOutAndNamed(
      String lacks, String yaml, String kept, String missing) {
    InferenceEndpointStatus status = status(yaml);
    Optional<JSONSchemaProps> schema = without(lacks.split(",", -1));
    assertEquals(status(kept), OlderCrd.kept(status, schema));
    assertEquals(missing, missing(status, schema));
  }

  @Test
  void aStateThatIsNewerThanTheSchemaIsLeftOut() {
    Optional<JSONSchemaProps> schema = without();
    schema.orElseThrow().getProperties().get("state").getEnum().removeIf(each -> true);
    InferenceEndpointStatus paused = status("{state: Paused, url: u}");
    assertEquals(paused, OlderCrd.kept(paused, schema), "any text");
    schema = without();
    schema
        .orElseThrow()
        .getProperties()
        .get("state")
        .getEnum()
        .removeIf(each -> each.asText().equals("Paused"));
    assertEquals(status("{url: u}"), OlderCrd.kept(paused, schema));
    assertEquals("status.state", missing(paused, schema));
  }

  @Test
  void ofASchemaThatKnowsAllOrIsNotKnownNothingIsLeftOut() {
    InferenceEndpointStatus status = status("{url: u, wanted: 1, conditions: []}");
    for (Optional<JSONSchemaProps> schema : List.of(without(), Optional.<JSONSchemaProps>empty())) {
      assertSame(status, OlderCrd.kept(status, schema));
      assertSame(status, OlderCrd.said(status, null, schema, NOW));
    }
    JSONSchemaProps anything = new JSONSchemaProps();
    anything.setXKubernetesPreserveUnknownFields(true);
    assertSame(status, OlderCrd.kept(status, Optional.of(anything)));
  }

  @Test
  void itIsSaidAndKeptBeingSaidAsItWas() {
    InferenceEndpointStatus decided =
        status(
            "{url: u, observedGeneration: 3,"
                + " conditions: [{type: Ready, status: 'True', reason: Serving}]}");
    InferenceEndpointStatus told = OlderCrd.said(decided, null, without("url"), NOW);
    Condition word = OlderCrd.condition(told).orElseThrow();
    assertEquals("OlderCrd", word.getReason());
    assertEquals(3, word.getObservedGeneration());
    assertEquals("u", told.url(), "remembered");
    InferenceEndpointStatus kept = OlderCrd.kept(told, without("url"));
    assertEquals(told.conditions(), kept.conditions());
    assertEquals(told, OlderCrd.said(decided, kept, without("url"), NOW.plusSeconds(60)));
  }

  @Test
  void aPoolsStatusIsTreatedAlike() {
    WarmPoolStatus status =
        Given.yaml(
            "{free: 1, claims: 2, tallies: [{activator: a, claims: 2, misses: 0}]}",
            WarmPoolStatus.class);
    Optional<JSONSchemaProps> schema =
        Optional.of(ChartCrd.of(WarmPool.class).without("tallies").status());
    WarmPoolStatus told = OlderCrd.said(status, null, schema, NOW);
    String kept = Serialization.asJson(OlderCrd.kept(told, schema));
    assertTrue(kept.contains("status.tallies"), kept);
    assertEquals(1, told.tallies().size());
    assertEquals(null, OlderCrd.kept(told, schema).tallies());
  }
}
