package dev.reveille.modelserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
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
    ours.put("port.model", String.valueOf(Wire.PORT));
    ours.put("path.report", Wire.REPORT_PATH);
    ours.put("path.ready", Wire.READY_PATH);
    ours.put("path.claim", Wire.CLAIM_PATH);
    ours.put("path.startup", Wire.STARTUP_PATH);
    ours.put("header.instance", Wire.INSTANCE);
    ours.put("header.unexecuted", Wire.UNEXECUTED);
    ours.put("header.endpoint", Wire.ENDPOINT);
    ours.put("header.revision", Wire.REVISION);
    ours.put("header.graph", Wire.GRAPH);
    ours.put("header.graph-to", Wire.GRAPH_TO);
    ours.put("header.model-digest", Wire.MODEL_DIGEST);
    ours.put("header.request-id", Wire.REQUEST_ID);
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
    ours.put("env.port", Wire.PORT_ENV);
    ours.put("env.max-body-bytes", Wire.MAX_BODY_BYTES_ENV);
    ours.forEach((name, value) -> assertEquals(table.get(name), value, name));
  }
}
