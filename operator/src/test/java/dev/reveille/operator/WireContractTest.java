package dev.reveille.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import dev.reveille.operator.status.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** This side's constants are those of the table in ARCHITECTURE.md. */
class WireContractTest {
  @Test
  void constantsAreThoseOfTheTable() throws IOException {
    Map<String, String> table = new TreeMap<>();
    for (String line :
        Files.readAllLines(Path.of(System.getProperty("reveille.root", ".."), "ARCHITECTURE.md"))) {
      String[] cells = line.split("\\|");
      if (cells.length > 3 && cells[1].strip().startsWith("`")) {
        table.put(cells[1].strip().replace("`", ""), cells[2].strip());
      }
    }
    Map<String, String> ours = new TreeMap<>();
    ours.put("port.internal", String.valueOf(Wire.INTERNAL_PORT));
    ours.put("port.model", String.valueOf(Wire.MODEL_PORT));
    ours.put("path.hello", Wire.HELLO_PATH);
    ours.put("path.pools.hello", Wire.POOLS_HELLO_PATH);
    ours.put("path.models", Wire.MODELS_PATH);
    ours.put("path.load", Wire.LOAD_PATH);
    ours.put("path.fences", Wire.FENCES_PATH);
    ours.put("path.ready", Wire.READY_PATH);
    ours.put("env.hello-url", Wire.HELLO_URL_ENV);
    ours.put("env.model-url", Wire.MODEL_URL_ENV);
    ours.put("env.model-path", Wire.MODEL_PATH_ENV);
    ours.put("env.model-digest", Wire.MODEL_DIGEST_ENV);
    ours.put("env.model-name", Wire.MODEL_NAME_ENV);
    ours.put("env.model-version", Wire.MODEL_VERSION_ENV);
    ours.put("env.model-id", Wire.MODEL_ID_ENV);
    ours.put("env.endpoint-uid", Wire.ENDPOINT_UID_ENV);
    ours.put("env.revision", Wire.REVISION_ENV);
    ours.put("env.key", Wire.KEY_ENV);
    ours.put("env.threads", Wire.THREADS_ENV);
    ours.put("env.pool-uid", Wire.POOL_UID_ENV);
    ours.put("env.pool-namespace", Wire.POOL_NAMESPACE_ENV);
    ours.put("env.pool-name", Wire.POOL_NAME_ENV);
    ours.put("env.spent-dir", Wire.SPENT_DIR_ENV);
    ours.put("env.max-body-bytes", Wire.MAX_BODY_BYTES_ENV);
    ours.put("label.canary", Api.CANARY_LABEL);
    ours.put("condition.canary", Api.CANARY_CONDITION);
    ours.put("id.canary", Canary.id(""));
    ours.put("label.endpoint", Api.ENDPOINT_LABEL);
    ours.put("label.endpoint-uid", Api.ENDPOINT_UID_LABEL);
    ours.put("label.revision", Api.REVISION_LABEL);
    ours.put("label.pool", Api.POOL_LABEL);
    ours.put("label.bridge", Api.BRIDGE_LABEL);
    ours.put("annotation.wake", Api.WAKE_ANNOTATION);
    ours.put("annotation.sleep", Api.SLEEP_ANNOTATION);
    ours.put("condition.ready", Wire.READY_CONDITION);
    ours.put("reasons.no-wake", words(Reason.NO_WAKE));
    ours.put("reasons.pod-trouble", words(Reason.POD_TROUBLE));
    ours.put("condition.pool", Api.POOL_CONDITION);
    ours.put("metric.concurrency", Wire.CONCURRENCY_METRIC);
    ours.put("metric.requests", Wire.REQUESTS_METRIC);
    ours.put("service.metrics", Wire.METRICS_SERVICE);
    ours.put("secret.metrics", Wire.METRICS_SECRET);
    ours.put("secret.metrics.certificate", Wire.METRICS_CERTIFICATE);
    ours.put("secret.metrics.key", Wire.METRICS_KEY);
    ours.put("secret.name", Wire.KEYS_SECRET);
    ours.put("secret.key", Wire.MASTER_KEY);
    ours.forEach((name, value) -> assertEquals(table.get(name), value, name));
  }

  private static String words(Set<Reason> reasons) {
    return reasons.stream().map(Reason::word).sorted().collect(Collectors.joining(" "));
  }
}
