package dev.reveille.modelserver.http;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import dev.reveille.modelserver.model.TensorSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** From the bytes of a request to the bytes of its answer; blocking, called on worker threads. */
final class Inference {
  private final String name;
  private final String version;

  Inference(String name, String version) {
    this.name = name;
    this.version = version;
  }

  /** The Open Inference Protocol's infer. */
  Answer infer(Model model, byte[] body) {
    try {
      InferRequest request = InferRequest.parse(Json.FACTORY, body, model);
      Map<String, Tensor> outputs = model.run(request.inputs(), request.outputs());
      return Answer.json(
          200,
          Json.object(
              json -> {
                json.writeStringField("model_name", name);
                json.writeStringField("model_version", version);
                if (request.id() != null) {
                  json.writeStringField("id", request.id());
                }
                writeOutputs(json, outputs);
              }));
    } catch (BadTensor | JacksonException e) {
      return error(400, message(e));
    } catch (OrtException | IOException e) {
      return error(500, message(e));
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

  /** The plain prediction. */
  Answer predict(Model model, byte[] body, String requestId) {
    long began = System.nanoTime();
    try {
      PredictRequest request = PredictRequest.parse(Json.FACTORY, body, model);
      String id = request.requestId() == null ? requestId : request.requestId();
      if (request.modelName() != null && !request.modelName().equals(name)) {
        return predictError(
            404,
            "this server serves the model '" + name + "', not '" + request.modelName() + "'",
            id);
      }
      Map<String, Tensor> outputs = model.run(request.inputs(), Set.of());
      return Answer.json(
          200,
          Json.object(
              json -> {
                json.writeStringField("status", "success");
                json.writeFieldName("predictions");
                writePredictions(json, outputs);
                json.writeStringField("request_id", id);
                json.writeNumberField("latency_ms", (System.nanoTime() - began) / 1e6);
                json.writeStringField("model_version", version);
                json.writeStringField("timestamp", Instant.now().toString());
              }));
    } catch (BadTensor | JacksonException e) {
      return predictError(400, message(e), requestId);
    } catch (OrtException | IOException e) {
      return predictError(500, message(e), requestId);
    }
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

  /** The model's metadata, as the protocol wants it. */
  Answer metadata(Model model) {
    return Answer.json(
        200,
        Json.object(
            json -> {
              json.writeStringField("name", name);
              json.writeArrayFieldStart("versions");
              json.writeString(version);
              json.writeEndArray();
              json.writeStringField("platform", "onnxruntime_onnx");
              json.writeFieldName("inputs");
              writeSpecs(json, model.inputs());
              json.writeFieldName("outputs");
              writeSpecs(json, model.outputs());
            }));
  }

  private static void writeSpecs(JsonGenerator json, Iterable<TensorSpec> specs)
      throws IOException {
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

  static Answer error(int status, String message) {
    return Answer.json(status, Json.object(json -> json.writeStringField("error", message)));
  }

  static Answer predictError(int status, String message, String requestId) {
    return Answer.json(
        status,
        Json.object(
            json -> {
              json.writeStringField("status", "error");
              json.writeStringField("message", message);
              json.writeStringField("request_id", requestId);
            }));
  }

  private static String message(Exception e) {
    return e instanceof JacksonException json
        ? "the body is not JSON: " + json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
