package dev.reveille.modelserver.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A tensor's values: bytes in the machine's order, or strings for BYTES.
 *
 * @param bytes the elements, row by row; empty for BYTES
 * @param strings the elements of a BYTES tensor; empty otherwise
 */
public record Tensor(Datatype datatype, long[] shape, ByteBuffer bytes, String[] strings) {
  private static final String[] NO_STRINGS = {};

  static Tensor of(Datatype datatype, long[] shape, ByteBuffer bytes) {
    return new Tensor(datatype, shape, bytes, NO_STRINGS);
  }

  static Tensor of(long[] shape, String[] strings) {
    return new Tensor(Datatype.BYTES, shape, ByteBuffer.allocate(0), strings);
  }

  /** Zeros, or empty strings, of a shape whose free dimensions are 1. */
  static Tensor zeros(TensorSpec spec) {
    long[] shape = spec.shape().clone();
    long elements = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shape[i] < 0 ? 1 : shape[i];
      elements = Math.multiplyExact(elements, shape[i]);
    }
    int count = Math.toIntExact(elements);
    if (spec.datatype() == Datatype.BYTES) {
      String[] strings = new String[count];
      java.util.Arrays.fill(strings, "");
      return of(shape, strings);
    }
    return of(spec.datatype(), shape, allocate(spec.datatype(), count));
  }

  static ByteBuffer allocate(Datatype datatype, int elements) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, datatype.size()))
        .order(ByteOrder.nativeOrder());
  }

  OnnxTensor toOnnx(OrtEnvironment environment) throws OrtException {
    if (datatype == Datatype.BYTES) {
      return OnnxTensor.createTensor(environment, strings, shape);
    }
    return OnnxTensor.createTensor(
        environment, bytes, shape, java.util.Objects.requireNonNull(datatype.input()));
  }

  static Tensor ofOnnx(OnnxTensor onnx) throws OrtException {
    TensorInfo info = onnx.getInfo();
    @Nullable Datatype type = Datatype.of(info.onnxType);
    if (type == null) {
      throw new OrtException("an output of type " + info.onnxType);
    }
    if (type == Datatype.BYTES) {
      Object value = onnx.getValue();
      String[] strings =
          value instanceof String one
              ? new String[] {one}
              : OrtUtil.flattenString((Object[]) value);
      return of(info.getShape(), strings);
    }
    return of(type, info.getShape(), onnx.getByteBuffer().order(ByteOrder.nativeOrder()));
  }

  int elements() {
    return datatype == Datatype.BYTES ? strings.length : bytes.capacity() / datatype.size();
  }

  /** All elements as one flat JSON array. */
  public void writeFlat(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < elements(); i++) {
      writeElement(json, i);
    }
    json.writeEndArray();
  }

  /** Nested JSON arrays; {@code fromDimension} 1 leaves out a leading dimension of size 1. */
  public void writeNested(JsonGenerator json, int fromDimension) throws IOException {
    writeNested(json, fromDimension, 0, elements());
  }

  private void writeNested(JsonGenerator json, int dimension, int from, int count)
      throws IOException {
    if (dimension >= shape.length) {
      writeElement(json, from);
      return;
    }
    int rows = (int) shape[dimension];
    json.writeStartArray();
    for (int i = 0; i < rows; i++) {
      writeNested(json, dimension + 1, from + i * (count / rows), count / rows);
    }
    json.writeEndArray();
  }

  private void writeElement(JsonGenerator json, int index) throws IOException {
    if (datatype == Datatype.BYTES) {
      json.writeString(strings[index]);
    } else {
      datatype.write(json, bytes, index);
    }
  }
}
