package dev.reveille.modelserver.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a JSON value, flat or nested arrays or a single element, into a tensor in one pass, without
 * boxing; its nesting gives the shape.
 */
public final class TensorReader {
  private static final int MOST_DIMENSIONS = 8;

  private final Datatype type;
  private final long[] shape = new long[MOST_DIMENSIONS];
  private final List<String> strings = new ArrayList<>();
  private ByteBuffer bytes;
  private int rank = -1;

  private TensorReader(Datatype type) {
    this.type = type;
    this.bytes = Tensor.allocate(type, type == Datatype.BYTES ? 0 : 64);
    Arrays.fill(shape, -1);
  }

  /** Reads the value that the parser stands on. */
  public static Tensor read(JsonParser json, Datatype type) throws IOException, BadTensor {
    TensorReader reader = new TensorReader(type);
    reader.value(json, 0);
    return reader.tensor();
  }

  /**
   * Reads the values of the object that the parser stands on, in the order written, as one list.
   */
  public static Tensor readValues(JsonParser json, Datatype type) throws IOException, BadTensor {
    TensorReader reader = new TensorReader(type);
    long count = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      json.nextToken();
      reader.element(json, 1);
      count++;
    }
    reader.shape[0] = count;
    return reader.tensor();
  }

  /** The same elements in a declared shape. */
  public static Tensor shaped(Tensor flat, long[] shape) throws BadTensor {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0 || Math.multiplyHigh(elements, dimension) != 0) {
        throw new BadTensor("has shape " + TensorSpec.text(shape) + ", which no tensor can have");
      }
      elements *= dimension;
    }
    if (elements != flat.elements()) {
      throw new BadTensor(
          "has "
              + flat.elements()
              + " elements, its shape "
              + TensorSpec.text(shape)
              + " needs "
              + elements);
    }
    return new Tensor(flat.datatype(), shape, flat.bytes(), flat.strings());
  }

  private void value(JsonParser json, int depth) throws IOException, BadTensor {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      element(json, depth);
      return;
    }
    if (depth == MOST_DIMENSIONS) {
      throw new BadTensor("is nested deeper than " + MOST_DIMENSIONS + " dimensions");
    }
    long count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      value(json, depth + 1);
      count++;
    }
    if (shape[depth] >= 0 && shape[depth] != count) {
      throw new BadTensor("has rows of different lengths (" + shape[depth] + " and " + count + ")");
    }
    shape[depth] = count;
    if (count == 0 && rank < 0) {
      rank = depth + 1;
    }
  }

  private void element(JsonParser json, int depth) throws IOException, BadTensor {
    if (rank >= 0 && rank != depth) {
      throw new BadTensor("mixes numbers and lists at one level");
    }
    rank = depth;
    if (type == Datatype.BYTES) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new BadTensor(
            "holds " + Datatype.describe(json, json.currentToken()) + " where a string belongs");
      }
      strings.add(json.getText());
      return;
    }
    if (bytes.remaining() < type.size()) {
      bytes =
          ByteBuffer.allocateDirect(bytes.capacity() * 2)
              .order(ByteOrder.nativeOrder())
              .put(bytes.flip());
    }
    type.put(bytes, json);
  }

  private Tensor tensor() {
    long[] found = Arrays.copyOf(shape, Math.max(rank, 0));
    if (type == Datatype.BYTES) {
      return Tensor.of(found, strings.toArray(String[]::new));
    }
    ByteBuffer exact = bytes.flip().slice().order(ByteOrder.nativeOrder());
    return Tensor.of(type, found, exact);
  }
}
