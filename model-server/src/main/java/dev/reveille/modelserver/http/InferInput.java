package dev.reveille.modelserver.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.model.BadTensor;
import dev.reveille.modelserver.model.Datatype;
import dev.reveille.modelserver.model.Model;
import dev.reveille.modelserver.model.Tensor;
import dev.reveille.modelserver.model.TensorReader;
import dev.reveille.modelserver.model.TensorSpec;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One input of an inference request. Its data is read as it passes when the name came before it, as
 * it mostly does; else once all is known, in a second pass.
 */
final class InferInput {
  private static final int MOST_DIMENSIONS = 32;

  private final Model model;
  private @Nullable TensorSpec spec;
  private @Nullable String name;
  private @Nullable String datatype;
  private long @Nullable [] shape;
  private @Nullable Tensor data;
  private int dataAt = -1;

  private InferInput(Model model) {
    this.model = model;
  }

  static InferInput parse(JsonParser json, Model model) throws IOException, BadTensor {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new BadTensor("an entry of \"inputs\" is not an object");
    }
    InferInput input = new InferInput(model);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "name" -> input.name(json);
        case "datatype" -> input.datatype = json.getValueAsString();
        case "shape" -> input.shape = shape(json);
        case "data" -> input.data(json);
        default -> json.skipChildren();
      }
    }
    return input;
  }

  private void name(JsonParser json) throws IOException, BadTensor {
    name = json.getValueAsString();
    spec = name == null ? null : model.input(name);
    if (spec == null) {
      throw new BadTensor(
          "the model has no input '"
              + name
              + "'; it has "
              + model.inputs().stream().map(TensorSpec::name).toList());
    }
  }

  private void data(JsonParser json) throws IOException, BadTensor {
    dataAt = Json.offset(json);
    TensorSpec known = spec;
    if (known == null || !known.datatype().name().equals(datatype)) {
      json.skipChildren();
    } else {
      data = read(json, known);
    }
  }

  private static Tensor read(JsonParser json, TensorSpec spec) throws IOException, BadTensor {
    try {
      return TensorReader.read(json, spec.datatype());
    } catch (BadTensor e) {
      throw new BadTensor("input '" + spec.name() + "' " + e.getMessage());
    }
  }

  private static long[] shape(JsonParser json) throws IOException, BadTensor {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadTensor("a \"shape\" is not a list of whole numbers");
    }
    long[] dimensions = new long[MOST_DIMENSIONS];
    int rank = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new BadTensor("a \"shape\" is not a list of whole numbers");
      }
      if (rank == MOST_DIMENSIONS) {
        throw new BadTensor("a \"shape\" has more than " + MOST_DIMENSIONS + " dimensions");
      }
      dimensions[rank++] = json.getLongValue();
    }
    return Arrays.copyOf(dimensions, rank);
  }

  String name() throws BadTensor {
    if (name == null) {
      throw new BadTensor("an entry of \"inputs\" has no \"name\"");
    }
    return name;
  }

  /** The tensor, in the shape that was declared; {@code body} is the request's. */
  Tensor tensor(byte[] body) throws IOException, BadTensor {
    String named = "input '" + name() + "'";
    TensorSpec known = spec;
    if (known == null) {
      throw new BadTensor("the model has no " + named);
    }
    Datatype type = known.datatype();
    if (!type.name().equals(datatype)) {
      throw new BadTensor(named + " is declared " + datatype + ", the model takes " + type);
    }
    if (shape == null) {
      throw new BadTensor(named + " has no \"shape\"");
    }
    if (dataAt < 0) {
      throw new BadTensor(named + " has no \"data\"");
    }
    Tensor flat = data == null ? again(body, known) : data;
    try {
      return TensorReader.shaped(flat, shape);
    } catch (BadTensor e) {
      throw new BadTensor(named + " " + e.getMessage());
    }
  }

  private Tensor again(byte[] body, TensorSpec known) throws IOException, BadTensor {
    try (JsonParser json = Json.FACTORY.createParser(body, dataAt, body.length - dataAt)) {
      json.nextToken();
      return read(json, known);
    }
  }
}
