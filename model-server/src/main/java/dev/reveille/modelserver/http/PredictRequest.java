package dev.reveille.modelserver.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import dev.reveille.modelserver.model.TensorReader;
import dev.reveille.modelserver.model.TensorSpec;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plain prediction request: {@code {"data": …}} (or "instances", "inputs"), with "model_name" and
 * "request_id" as one likes. A flat list gains the batch dimension, an object's values become one
 * row; an object whose keys are the names of the model's inputs holds a tensor for each.
 *
 * @param body the whole request
 * @param dataAt where its data begins
 */
record PredictRequest(
    @Nullable String modelName, @Nullable String requestId, byte[] body, int dataAt) {
  private static final Set<String> DATA = Set.of("data", "instances", "inputs");

  static PredictRequest parse(byte[] body) throws IOException, BadTensor {
    String modelName = null;
    String requestId = null;
    int dataAt = -1;
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadTensor("the body is not a JSON object: send {\"data\": [...]}");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        if (DATA.contains(field)) {
          dataAt = Json.offset(json);
        } else if (field.equals("model_name")) {
          modelName = json.getValueAsString();
        } else if (field.equals("request_id")) {
          requestId = json.getValueAsString();
        }
        json.skipChildren();
      }
    }
    return new PredictRequest(modelName, requestId, body, dataAt);
  }

  /** The data as the model's inputs. */
  Map<String, Tensor> inputs(Model model) throws IOException, BadTensor {
    if (dataAt < 0) {
      throw new BadTensor("\"data\" is missing: send {\"data\": [...]}");
    }
    try (JsonParser json = dataParser()) {
      boolean isObject = json.currentToken() == JsonToken.START_OBJECT;
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        throw new BadTensor("\"data\" is null: send {\"data\": [...]}");
      }
      if (isObject && keys().equals(Set.copyOf(names(model)))) {
        return named(json, model);
      }
      if (model.inputs().size() != 1) {
        throw new BadTensor(
            "the model has several inputs: send {\"data\": {NAME: TENSOR, ...}} with the names "
                + names(model));
      }
      TensorSpec spec = model.inputs().getFirst();
      return Map.of(spec.name(), batched(single(json, spec), spec));
    }
  }

  private static Tensor single(JsonParser json, TensorSpec spec) throws IOException, BadTensor {
    try {
      return json.currentToken() == JsonToken.START_OBJECT
          ? TensorReader.readValues(json, spec.datatype())
          : TensorReader.read(json, spec.datatype());
    } catch (BadTensor e) {
      throw new BadTensor("the data " + e.getMessage());
    }
  }

  /** A parser that stands on the data. */
  private JsonParser dataParser() throws IOException {
    JsonParser json = Json.FACTORY.createParser(body, dataAt, body.length - dataAt);
    json.nextToken();
    return json;
  }

  private static List<String> names(Model model) {
    return model.inputs().stream().map(TensorSpec::name).toList();
  }

  private Set<String> keys() throws IOException {
    Set<String> keys = new HashSet<>();
    try (JsonParser json = dataParser()) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        keys.add(json.currentName());
        json.nextToken();
        json.skipChildren();
      }
    }
    return keys;
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
