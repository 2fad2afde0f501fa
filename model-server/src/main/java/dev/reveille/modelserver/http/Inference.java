package dev.reveille.modelserver.http;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Metrics;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** From the bytes of a request to the bytes of its answer; blocking, called on worker threads. */
final class Inference {
  private final Config config;
  private final Metrics metrics;
  private final JsonLog log;

  Inference(Config config, Metrics metrics, JsonLog log) {
    this.config = config;
    this.metrics = metrics;
    this.log = log;
  }

  /** The answer, counted and logged; {@code route} is INFER or PREDICT. */
  Answer answer(Route route, Model model, byte[] body, String id) {
    long began = System.nanoTime();
    Answer answer = route == Route.PREDICT ? predict(model, body, id) : infer(model, body);
    long took = System.nanoTime() - began;
    metrics.inferred(took);
    log.info(
        "request",
        "request_id",
        id,
        "path",
        route == Route.PREDICT ? "predict" : "infer",
        "status",
        answer.status(),
        "bytes",
        body.length,
        "millis",
        micros(took) / 1e3);
    return answer;
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  /** What may be thrown on the way to an answer, as a problem; a bug costs one request. */
  private static Problem problem(Exception e) {
    return switch (e) {
      case BadTensor bad -> Problem.badRequest(String.valueOf(bad.getMessage()));
      case JacksonException json ->
          Problem.badRequest("the body is not JSON: " + json.getOriginalMessage());
      default -> Problem.modelFailed("the model failed: " + e.getMessage());
    };
  }

  private Answer infer(Model model, byte[] body) {
    try {
      InferRequest request = InferRequest.parse(body, model);
      Map<String, Tensor> outputs = model.run(request.inputs(), request.outputs());
      return Answer.json(
          200,
          Json.object(
              json -> {
                json.writeStringField("model_name", config.modelName());
                json.writeStringField("model_version", config.modelVersion());
                if (request.id() != null) {
                  json.writeStringField("id", request.id());
                }
                if (request.parameters() != null) {
                  json.writeFieldName("parameters");
                  json.writeRawValue(request.parameters());
                }
                writeOutputs(json, outputs);
              }));
    } catch (BadTensor | OrtException | IOException | RuntimeException e) {
      return problem(e).asV2();
    }
  }

  private static void writeOutputs(JsonGenerator json, Map<String, Tensor> outputs)
      throws IOException {
    json.writeArrayFieldStart("outputs");
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      Tensor tensor = output.getValue();
      json.writeStartObject();
      json.writeStringField("name", output.getKey());
      json.writeStringField("datatype", tensor.datatype().name());
      json.writeFieldName("shape");
      json.writeArray(tensor.shape(), 0, tensor.shape().length);
      json.writeFieldName("data");
      tensor.writeFlat(json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private Answer predict(Model model, byte[] body, String requestId) {
    long began = System.nanoTime();
    String id = requestId;
    try {
      PredictRequest request = PredictRequest.parse(body);
      id = request.requestId() == null ? requestId : request.requestId();
      if (request.modelName() != null && !request.modelName().equals(config.modelName())) {
        return Problem.otherModel(config).asPrediction(id);
      }
      Map<String, Tensor> outputs = model.run(request.inputs(model), Set.of());
      return success(outputs, id, began);
    } catch (BadTensor | OrtException | IOException | RuntimeException e) {
      return problem(e).asPrediction(id);
    }
  }

  private Answer success(Map<String, Tensor> outputs, String id, long began) {
    return Answer.json(
        200,
        Json.object(
            json -> {
              json.writeStringField("status", "success");
              json.writeFieldName("predictions");
              writePredictions(json, outputs);
              json.writeStringField("request_id", id);
              json.writeNumberField("latency_ms", micros(System.nanoTime() - began) / 1e3);
              json.writeStringField("model_version", config.modelVersion());
              json.writeStringField("timestamp", Instant.now().toString());
            }));
  }

  /** One output: its value; several: an object of name → value. A single row stands alone. */
  private static void writePredictions(JsonGenerator json, Map<String, Tensor> outputs)
      throws IOException {
    if (outputs.size() == 1) {
      writePrediction(json, outputs.values().iterator().next());
      return;
    }
    json.writeStartObject();
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      json.writeFieldName(output.getKey());
      writePrediction(json, output.getValue());
    }
    json.writeEndObject();
  }

  private static void writePrediction(JsonGenerator json, Tensor tensor) throws IOException {
    boolean singleRow = tensor.shape().length > 0 && tensor.shape()[0] == 1;
    tensor.writeNested(json, singleRow ? 1 : 0);
  }
}
