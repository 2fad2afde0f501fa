package dev.reveille.modelserver.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Datatype;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import dev.reveille.modelserver.model.TensorReader;
import dev.reveille.modelserver.model.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An inference request of the Open Inference Protocol (V2, REST): {@code {"id", "inputs": [{"name",
 * "shape", "datatype", "data"}], "outputs": [{"name"}]}}. Data may be flat or nested; parameters
 * are taken and ignored.
 */
record InferRequest(@Nullable String id, Map<String, Tensor> inputs, Set<String> outputs) {

  static InferRequest parse(JsonFactory factory, byte[] body, Model model)
      throws IOException, BadTensor {
    try (JsonParser json = factory.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadTensor("the body is not a JSON object: send {\"inputs\": [...]}");
      }
      String id = null;
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      Set<String> outputs = new LinkedHashSet<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "id" -> id = json.getValueAsString();
          case "inputs" -> inputs(factory, json, body, model, inputs);
          case "outputs" -> outputs(json, outputs);
          default -> json.skipChildren();
        }
      }
      if (inputs.isEmpty()) {
        throw new BadTensor(
            "\"inputs\" is missing: send {\"inputs\": [{\"name\", \"shape\", ...}]}");
      }
      return new InferRequest(id, inputs, outputs);
    }
  }

  private static void inputs(
      JsonFactory factory, JsonParser json, byte[] body, Model model, Map<String, Tensor> inputs)
      throws IOException, BadTensor {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadTensor("\"inputs\" is not a list");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      Input input = Input.parse(json);
      Tensor tensor = input.tensor(factory, body, model);
      if (inputs.put(String.valueOf(input.name), tensor) != null) {
        throw new BadTensor("input '" + input.name + "' is given twice");
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

  /** One input as written; its data is read once name and datatype are known. */
  private static final class Input {
    private @Nullable String name;
    private @Nullable String datatype;
    private long @Nullable [] shape;
    private int dataAt = -1;

    static Input parse(JsonParser json) throws IOException, BadTensor {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new BadTensor("an entry of \"inputs\" is not an object");
      }
      Input input = new Input();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken token = json.nextToken();
        switch (field) {
          case "name" -> input.name = json.getValueAsString();
          case "datatype" -> input.datatype = json.getValueAsString();
          case "shape" -> input.shape = shape(json, token);
          case "data" -> {
            input.dataAt = (int) json.currentTokenLocation().getByteOffset();
            json.skipChildren();
          }
          default -> json.skipChildren();
        }
      }
      return input;
    }

    private static long[] shape(JsonParser json, JsonToken token) throws IOException, BadTensor {
      if (token != JsonToken.START_ARRAY) {
        throw new BadTensor("a \"shape\" is not a list of whole numbers");
      }
      List<Long> dimensions = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
          throw new BadTensor("a \"shape\" is not a list of whole numbers");
        }
        dimensions.add(json.getLongValue());
      }
      return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    Tensor tensor(JsonFactory factory, byte[] body, Model model) throws IOException, BadTensor {
      TensorSpec spec = name == null ? null : model.input(name);
      if (spec == null) {
        throw new BadTensor(
            "the model has no input '"
                + name
                + "'; it has "
                + model.inputs().stream().map(TensorSpec::name).toList());
      }
      Datatype type = spec.datatype();
      if (!type.name().equals(datatype)) {
        throw new BadTensor(
            "input '" + name + "' is declared " + datatype + ", the model takes " + type);
      }
      if (shape == null || dataAt < 0) {
        throw new BadTensor(
            "input '" + name + "' has no \"" + (shape == null ? "shape" : "data") + "\"");
      }
      try (JsonParser json = factory.createParser(body, dataAt, body.length - dataAt)) {
        json.nextToken();
        return TensorReader.shaped(TensorReader.read(json, type), shape);
      } catch (BadTensor e) {
        throw new BadTensor("input '" + name + "' " + e.getMessage());
      }
    }
  }
}
