package dev.reveille.activator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.crds.Api;
import dev.reveille.crds.Canary;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
    ours.put("port.data", String.valueOf(Wire.DATA_PORT));
    ours.put("port.internal", String.valueOf(Wire.INTERNAL_PORT));
    ours.put("port.metrics", String.valueOf(Wire.METRICS_PORT));
    ours.put("path.peers.demand", Wire.PEERS_DEMAND_PATH);
    ours.put("metric.concurrency", Wire.CONCURRENCY_METRIC);
    ours.put("metric.requests", Wire.REQUESTS_METRIC);
    ours.put("secret.metrics", Wire.METRICS_SECRET);
    ours.put("secret.metrics.certificate", Wire.METRICS_CERTIFICATE);
    ours.put("secret.metrics.key", Wire.METRICS_KEY);
    ours.put("port.model", String.valueOf(Wire.MODEL_PORT));
    ours.put("path.hello", Wire.HELLO_PATH);
    ours.put("path.models", Wire.MODELS_PATH);
    ours.put("path.load", Wire.LOAD_PATH);
    ours.put("path.fences", Wire.FENCES_PATH);
    ours.put("path.peers.hello", Wire.PEERS_HELLO_PATH);
    ours.put("path.pools.hello", Wire.POOLS_HELLO_PATH);
    ours.put("path.peers.pools.hello", Wire.PEERS_POOLS_HELLO_PATH);
    ours.put("path.claim", Wire.CLAIM_PATH);
    ours.put("path.wake", Wire.WAKE_PATH);
    ours.put("revision.bridge", Wire.BRIDGE_REVISION);
    ours.put("label.pool", Api.POOL_LABEL);
    ours.put("label.bridge", Api.BRIDGE_LABEL);
    ours.put("annotation.wake", Api.WAKE_ANNOTATION);
    ours.put("annotation.sleep", Api.SLEEP_ANNOTATION);
    ours.put("reasons.no-wake", String.join(" ", new TreeSet<>(Wire.NO_WAKE)));
    ours.put("reasons.pod-trouble", String.join(" ", new TreeSet<>(Wire.POD_TROUBLE)));
    ours.put("condition.ready", Wire.READY_CONDITION);
    ours.put("condition.pool", Api.POOL_CONDITION);
    ours.put("path.report", Wire.REPORT_PATH);
    ours.put("header.instance", Wire.INSTANCE);
    ours.put("header.unexecuted", Wire.UNEXECUTED);
    ours.put("header.endpoint", Wire.ENDPOINT);
    ours.put("header.revision", Wire.REVISION);
    ours.put("header.graph", Wire.GRAPH);
    ours.put("header.graph-to", Wire.GRAPH_TO);
    ours.put("header.model-digest", Wire.MODEL_DIGEST);
    ours.put("header.relayed", Wire.RELAYED);
    ours.put("header.request-id", Wire.REQUEST_ID);
    ours.put("header.version", Wire.VERSION);
    ours.put("label.canary", Api.CANARY_LABEL);
    ours.put("condition.canary", Api.CANARY_CONDITION);
    ours.put("id.canary", Canary.id(""));
    ours.put("label.endpoint", Api.ENDPOINT_LABEL);
    ours.put("label.endpoint-uid", Api.ENDPOINT_UID_LABEL);
    ours.put("label.revision", Api.REVISION_LABEL);
    ours.put("secret.name", Wire.KEYS_SECRET);
    ours.put("secret.key", Wire.MASTER_KEY);
    ours.forEach((name, value) -> assertEquals(table.get(name), value, name));
  }

  @Test
  void theClientSpeaksThroughTheJdk() {
    try (var client = new KubernetesClientBuilder().build()) {
      String http = client.getHttpClient().getClass().getName();
      assertTrue(http.contains(".jdkhttp."), http);
    }
  }
}
