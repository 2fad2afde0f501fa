package dev.reveille.modelserver.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import dev.reveille.modelserver.model.TensorReader;
import dev.reveille.modelserver.model.TensorSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plain prediction request: {@code {"data": …}} (or "instances", "inputs"), with "model_name" and
 * "request_id" as one likes. A flat list gains the batch dimension, an object's values become one
 * row; a model of several inputs takes an object of input name → tensor.
 */
record PredictRequest(
    @Nullable String modelName, @Nullable String requestId, Map<String, Tensor> inputs) {
  private static final Set<String> DATA = Set.of("data", "instances", "inputs");

  static PredictRequest parse(JsonFactory factory, byte[] body, Model model)
      throws IOException, BadTensor {
    String modelName = null;
    String requestId = null;
    int dataAt = -1;
    try (JsonParser json = factory.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadTensor("the body is not a JSON object: send {\"data\": [...]}");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        if (DATA.contains(field)) {
          dataAt = (int) json.currentTokenLocation().getByteOffset();
        } else if (field.equals("model_name")) {
          modelName = json.getValueAsString();
        } else if (field.equals("request_id")) {
          requestId = json.getValueAsString();
        }
        json.skipChildren();
      }
    }
    if (dataAt < 0) {
      throw new BadTensor("\"data\" is missing: send {\"data\": [...]}");
    }
    return new PredictRequest(modelName, requestId, inputs(factory, body, dataAt, model));
  }

  private static Map<String, Tensor> inputs(
      JsonFactory factory, byte[] body, int dataAt, Model model) throws IOException, BadTensor {
    try (JsonParser json = factory.createParser(body, dataAt, body.length - dataAt)) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        throw new BadTensor("\"data\" is null: send {\"data\": [...]}");
      }
      if (token == JsonToken.START_OBJECT && namesInputs(factory, body, dataAt, model)) {
        return named(json, model);
      }
      if (model.inputs().size() != 1) {
        throw new BadTensor(
            "the model has several inputs: send {\"data\": {NAME: TENSOR, ...}} with the names "
                + model.inputs().stream().map(TensorSpec::name).toList());
      }
      TensorSpec spec = model.inputs().getFirst();
      Tensor tensor =
          token == JsonToken.START_OBJECT
              ? TensorReader.readValues(json, spec.datatype())
              : TensorReader.read(json, spec.datatype());
      return Map.of(spec.name(), batched(tensor, spec));
    }
  }

  private static boolean namesInputs(JsonFactory factory, byte[] body, int dataAt, Model model)
      throws IOException {
    try (JsonParser json = factory.createParser(body, dataAt, body.length - dataAt)) {
      json.nextToken();
      return json.nextToken() == JsonToken.FIELD_NAME && model.input(json.currentName()) != null;
    }
  }

  private static Map<String, Tensor> named(JsonParser json, Model model)
      throws IOException, BadTensor {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      TensorSpec spec = model.input(json.currentName());
      if (spec == null) {
        throw new BadTensor("the model has no input '" + json.currentName() + "'");
      }
      json.nextToken();
      try {
        inputs.put(spec.name(), batched(TensorReader.read(json, spec.datatype()), spec));
      } catch (BadTensor e) {
        throw new BadTensor("input '" + spec.name() + "' " + e.getMessage());
      }
    }
    return inputs;
  }

  /** Adds a leading dimension of 1 where the tensor lacks exactly that one. */
  private static Tensor batched(Tensor tensor, TensorSpec spec) {
    long[] shape = tensor.shape();
    if (shape.length + 1 != spec.shape().length) {
      return tensor;
    }
    long[] wider = new long[shape.length + 1];
    wider[0] = 1;
    System.arraycopy(shape, 0, wider, 1, shape.length);
    return new Tensor(tensor.datatype(), wider, tensor.bytes(), tensor.strings());
  }
}
