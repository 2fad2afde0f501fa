package dev.reveille.modelserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An inference request of the Open Inference Protocol (V2, REST): {@code {"id", "parameters",
 * "inputs": [{"name", "shape", "datatype", "data"}], "outputs": [{"name"}]}}.
 *
 * @param id answered as it came
 * @param parameters the request's own, as JSON; answered as they came. Those of inputs and outputs
 *     are taken and mean nothing to us.
 * @param outputs the outputs asked for; empty: all
 */
record InferRequest(
    @Nullable String id,
    @Nullable String parameters,
    Map<String, Tensor> inputs,
    Set<String> outputs) {

  static InferRequest parse(byte[] body, Model model) throws IOException, BadTensor {
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadTensor("the body is not a JSON object: send {\"inputs\": [...]}");
      }
      String id = null;
      String parameters = null;
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      Set<String> outputs = new LinkedHashSet<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "id" -> id = json.getValueAsString();
          case "parameters" -> parameters = parameters(json, body);
          case "inputs" -> inputs(json, body, model, inputs);
          case "outputs" -> outputs(json, outputs);
          default -> json.skipChildren();
        }
      }
      if (inputs.isEmpty() && !model.inputs().isEmpty()) {
        throw new BadTensor(
            "\"inputs\" is missing: send {\"inputs\": [{\"name\", \"shape\", ...}]}");
      }
      return new InferRequest(id, parameters, inputs, outputs);
    }
  }

  /** The object that the parser stands on, as it was written. */
  private static @Nullable String parameters(JsonParser json, byte[] body)
      throws IOException, BadTensor {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new BadTensor("\"parameters\" is not an object");
    }
    int from = Json.offset(json);
    json.skipChildren();
    return new String(body, from, Json.offset(json) + 1 - from, UTF_8);
  }

  private static void inputs(JsonParser json, byte[] body, Model model, Map<String, Tensor> inputs)
      throws IOException, BadTensor {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadTensor("\"inputs\" is not a list");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      InferInput input = InferInput.parse(json, model);
      if (inputs.put(input.name(), input.tensor(body)) != null) {
        throw new BadTensor("input '" + input.name() + "' is given twice");
      }
    }
  }

  private static void outputs(JsonParser json, Set<String> outputs) throws IOException, BadTensor {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadTensor("\"outputs\" is not a list");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new BadTensor("an entry of \"outputs\" is not an object");
      }
      String name = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isName = json.currentName().equals("name");
        json.nextToken();
        if (isName) {
          name = json.getValueAsString();
        }
        json.skipChildren();
      }
      if (name == null) {
        throw new BadTensor("an entry of \"outputs\" has no \"name\"");
      }
      outputs.add(name);
    }
  }
}
