package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.WarmPoolSpec;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a pod of the endpoint's pool could serve it; the installation gives 1 CPU and 1Gi. */
class PoolConditionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final long MEBI = 1 << 20;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | {size: 1} | 7 | True PoolFits |",
        "{} | {size: 0} | 7 | True PoolFits |",
        "{} | null | 7 | False PoolMissing | no WarmPool small in namespace demo",
        "{} | {size: 1} | -1 | Unknown Pending | size of the model",
        "{} | {size: 1, maxModelBytes: '7'} | 7 | True PoolFits |",
        "{} | {size: 1, maxModelBytes: '6'} | 7 | False PoolUnfit | 7 bytes, the pool takes 6",
        "{} | {size: 1, image: 'other:2'} | 7 | False PoolUnfit | image model-server:1, the pool other:2",
        "{image: 'other:2'} | {size: 1} | 7 | False PoolUnfit | image other:2",
        "{image: 'other:2'} | {size: 1, image: 'other:2'} | 7 | True PoolFits |",
        "{image: 'model-server:1'} | {size: 1} | 7 | True PoolFits |",
        "{threads: 2} | {size: 1} | 7 | True PoolFits |",
        "{env: [{name: A, value: b}]} | {size: 1} | 7 | False PoolUnfit | spec.server.env",
        "{nodeSelector: {a: b}} | {size: 1} | 7 | False PoolUnfit | spec.server.nodeSelector",
        "{tolerations: [{key: a}]} | {size: 1} | 7 | False PoolUnfit | spec.server.tolerations",
        "{resources: {limits: {cpu: '1', memory: 1Gi}}} | {size: 1} | 7 | True PoolFits |",
        "{resources: {limits: {cpu: 1000m, memory: 1024Mi}}} | {size: 1} | 7 | True PoolFits |",
        "{resources: {limits: {cpu: 1100m, memory: 1Gi}}} | {size: 1} | 7 | False PoolUnfit | CPU limit 1.1",
        "{resources: {limits: {memory: 1Gi}}} | {size: 1} | 7 | True PoolFits |",
        "{resources: {limits: {memory: 1025Mi}}} | {size: 1} | 7 | False PoolUnfit | memory limit",
        "{resources: {limits: {cpu: '1'}}} | {size: 1} | 7 | False PoolUnfit | no memory limit",
        "{resources: {}} | {size: 1, resources: {}} | 7 | True PoolFits |",
        "{resources: {limits: {memory: 9Gi, cpu: '9'}}} | {size: 1, resources: {}} | 7 | True PoolFits |",
        "{} | {size: 1, resources: {limits: {memory: 512Mi, cpu: '1'}}} | 7 | False PoolUnfit | memory limit",
        "{env: [{name: A, value: b}]} | {size: 1} | -1 | False PoolUnfit | spec.server.env"
      })
  void says(String server, String pool, long bytes, String wanted, String part) {
    WarmPoolSpec spec = pool.equals("null") ? null : Given.yaml(pool, WarmPoolSpec.class);
    Given given =
        new Given()
            .spec("{model: {storageUri: 'http://h/m.onnx'}, server: %s}".formatted(server))
            .pool("small", spec);
    assertSays(bytes < 0 ? given : given.model(model(bytes)), wanted, part == null ? "" : part);
  }

  @Test
  void aPoolsPodsRunNoOtherServerAndHaveNoModelsInTheImage() {
    Given container = new Given().spec("{container: {image: 'own:1'}}");
    assertSays(container.pool("small", WarmPoolSpec.of(1)), "False PoolUnfit", "spec.container");
    Given inImage = new Given().spec("{model: {storageUri: 'image:///m.onnx'}}");
    assertSays(inImage.pool("small", WarmPoolSpec.of(1)), "False PoolUnfit", "over HTTP only");
  }

  @Test
  void theSizeThatTheStatusKnowsIsEnough() {
    InferenceEndpointStatus before =
        EndpointStatus.of(new Given().model(model(600 * MEBI)).observed(), Given.CONFIG, NOW);
    assertSays(
        new Given().pool("small", WarmPoolSpec.of(1)).before(before),
        "False PoolUnfit",
        "the pool takes 512Mi");
  }

  @Test
  void withoutAPoolNothingIsSaidAndReadyIsNotAffected() {
    Given none = new Given().model(model(7));
    InferenceEndpointStatus status = EndpointStatus.of(none.observed(), Given.CONFIG, NOW);
    assertEquals("", Conditions.text(status, "WarmPoolUsable"));
    Given missing = new Given().model(model(7)).pool("small", null);
    status = EndpointStatus.of(missing.observed(), Given.CONFIG, NOW);
    assertEquals("True Asleep", Conditions.text(status, "Ready"));
  }

  private static Model model(long bytes) {
    String id = Keys.modelId(ModelSpec.at("http://h/m.onnx"));
    return new Model(id, "ready", "sha256:aa", bytes, "", "");
  }

  private static void assertSays(Given given, String wanted, String part) {
    InferenceEndpointStatus status = EndpointStatus.of(given.observed(), Given.CONFIG, NOW);
    assertEquals(wanted, Conditions.text(status, "WarmPoolUsable"));
    String message =
        status.conditions().stream()
            .filter(condition -> condition.getType().equals("WarmPoolUsable"))
            .findFirst()
            .orElseThrow()
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
