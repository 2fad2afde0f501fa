package dev.reveille.modelserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.measure.StartupReport;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.TensorSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** What the Open Inference Protocol tells of server and model, and of their health. */
final class Metadata {
  private Metadata() {}

  static Answer server() {
    String version = Metadata.class.getPackage().getImplementationVersion();
    return Answer.json(
        200,
        Json.object(
            json -> {
              json.writeStringField("name", "reveille-model-server");
              json.writeStringField("version", version == null ? "unpackaged" : version);
              json.writeArrayFieldStart("extensions");
              json.writeEndArray();
            }));
  }

  static Answer live() {
    return Answer.json(200, "{\"live\":true}".getBytes(UTF_8));
  }

  static Answer ready(boolean ready) {
    return Answer.json(ready ? 200 : 503, ("{\"ready\":" + ready + "}").getBytes(UTF_8));
  }

  static Answer modelReady(Config config, boolean ready) {
    return Answer.json(
        ready ? 200 : 503,
        Json.object(
            json -> {
              json.writeStringField("name", config.modelName());
              json.writeBooleanField("ready", ready);
            }));
  }

  static Answer model(Config config, Model model) {
    return Answer.json(
        200,
        Json.object(
            json -> {
              json.writeStringField("name", config.modelName());
              json.writeArrayFieldStart("versions");
              json.writeString(config.modelVersion());
              json.writeEndArray();
              json.writeStringField("platform", "onnxruntime_onnx");
              json.writeFieldName("inputs");
              writeSpecs(json, model.inputs());
              json.writeFieldName("outputs");
              writeSpecs(json, model.outputs());
            }));
  }

  static Answer figures(Metrics metrics, IntSupplier inFlight) {
    return Answer.text("text/plain; version=0.0.4", metrics.text(inFlight).getBytes(UTF_8));
  }

  static Answer startup(StartupReport report) {
    return Answer.json(
        200,
        Json.object(
            json -> {
              json.writeObjectFieldStart("phases");
              for (Map.Entry<String, Double> phase : report.phases().entrySet()) {
                json.writeNumberField(phase.getKey(), phase.getValue());
              }
              json.writeEndObject();
              for (Map.Entry<String, Object> fact : report.facts().entrySet()) {
                json.writeFieldName(fact.getKey());
                json.writePOJO(fact.getValue());
              }
            }));
  }

  private static void writeSpecs(JsonGenerator json, List<TensorSpec> specs) throws IOException {
    json.writeStartArray();
    for (TensorSpec spec : specs) {
      json.writeStartObject();
      json.writeStringField("name", spec.name());
      json.writeStringField("datatype", spec.datatype().name());
      json.writeFieldName("shape");
      json.writeArray(spec.shape(), 0, spec.shape().length);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
