package dev.reveille.modelserver.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A tensor datatype as the Open Inference Protocol names it: its ONNX type, its size in bytes, and
 * one element of it in JSON. BYTES has no fixed size; its elements are strings.
 */
public enum Datatype {
  BOOL(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, OnnxJavaType.BOOL, 1),
  UINT8(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, OnnxJavaType.UINT8, 1),
  UINT16(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16, null, 2),
  UINT32(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32, null, 4),
  UINT64(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, null, 8),
  INT8(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, OnnxJavaType.INT8, 1),
  INT16(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16, OnnxJavaType.INT16, 2),
  INT32(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, OnnxJavaType.INT32, 4),
  INT64(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, OnnxJavaType.INT64, 8),
  FP16(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16, OnnxJavaType.FLOAT16, 2),
  BF16(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16, OnnxJavaType.BFLOAT16, 2),
  FP32(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, OnnxJavaType.FLOAT, 4),
  FP64(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, OnnxJavaType.DOUBLE, 8),
  BYTES(OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, OnnxJavaType.STRING, 0);

  private final OnnxTensorType onnx;
  private final @Nullable OnnxJavaType input;
  private final int size;

  Datatype(OnnxTensorType onnx, @Nullable OnnxJavaType input, int size) {
    this.onnx = onnx;
    this.input = input;
    this.size = size;
  }

  /** The datatype of an ONNX tensor type; null for those the protocol does not name. */
  static @Nullable Datatype of(OnnxTensorType onnx) {
    for (Datatype type : values()) {
      if (type.onnx == onnx) {
        return type;
      }
    }
    return null;
  }

  /** As what ONNX Runtime's Java API makes an input of it; null when it cannot. */
  @Nullable OnnxJavaType input() {
    return input;
  }

  public int size() {
    return size;
  }

  /** Appends the parser's current value; throws {@link BadTensor} when it is of another type. */
  void put(ByteBuffer to, JsonParser json) throws IOException, BadTensor {
    JsonToken token = json.currentToken();
    if (this == BOOL) {
      to.put((byte) (bool(json, token) ? 1 : 0));
      return;
    }
    boolean number = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    if (!number && !(isFloat() && token == JsonToken.VALUE_STRING && isSpecial(json.getText()))) {
      throw new BadTensor("holds " + describe(json, token) + " where a number belongs");
    }
    switch (this) {
      case FP16 -> to.putShort(Float.floatToFloat16(single(json)));
      case BF16 -> to.putShort(bf16(single(json)));
      case FP32 -> to.putFloat(single(json));
      case FP64 -> to.putDouble(real(json));
      case UINT8 -> to.put((byte) whole(json, 0, 255));
      case UINT16 -> to.putShort((short) whole(json, 0, 65535));
      case UINT32 -> to.putInt((int) whole(json, 0, 4294967295L));
      case INT8 -> to.put((byte) whole(json, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT16 -> to.putShort((short) whole(json, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT32 -> to.putInt((int) whole(json, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64, UINT64 -> to.putLong(whole(json, Long.MIN_VALUE, Long.MAX_VALUE));
      case BOOL, BYTES -> throw new IllegalStateException("handled elsewhere");
    }
  }

  /** Writes element {@code index} of {@code from} as JSON. */
  void write(JsonGenerator json, ByteBuffer from, int index) throws IOException {
    switch (this) {
      case BOOL -> json.writeBoolean(from.get(index) != 0);
      case UINT8 -> json.writeNumber(from.get(index) & 0xff);
      case INT8 -> json.writeNumber(from.get(index));
      case UINT16 -> json.writeNumber(from.getShort(index * 2) & 0xffff);
      case INT16 -> json.writeNumber(from.getShort(index * 2));
      case UINT32 -> json.writeNumber(from.getInt(index * 4) & 0xffffffffL);
      case INT32 -> json.writeNumber(from.getInt(index * 4));
      case INT64 -> json.writeNumber(from.getLong(index * 8));
      case UINT64 ->
          json.writeNumber(new BigInteger(Long.toUnsignedString(from.getLong(index * 8))));
      case FP16 -> json.writeNumber(Float.float16ToFloat(from.getShort(index * 2)));
      case BF16 -> json.writeNumber(Float.intBitsToFloat(from.getShort(index * 2) << 16));
      case FP32 -> json.writeNumber(from.getFloat(index * 4));
      case FP64 -> json.writeNumber(from.getDouble(index * 8));
      case BYTES -> throw new IllegalStateException("strings have no fixed size");
    }
  }

  private boolean isFloat() {
    return this == FP16 || this == BF16 || this == FP32 || this == FP64;
  }

  /** Rounds to nearest even, as the hardware does. */
  private static short bf16(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  private static boolean isSpecial(String text) {
    return text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
  }

  private static double real(JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_STRING
        ? Double.parseDouble(json.getText())
        : json.getDoubleValue();
  }

  /** Not by way of a double: that would round twice. */
  private static float single(JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_STRING
        ? Float.parseFloat(json.getText())
        : json.getFloatValue();
  }

  private static boolean bool(JsonParser json, JsonToken token) throws IOException, BadTensor {
    return switch (token) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> whole(json, 0, 1) == 1;
      default ->
          throw new BadTensor("holds " + describe(json, token) + " where true or false belongs");
    };
  }

  private static long whole(JsonParser json, long least, long most) throws IOException, BadTensor {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
        && json.getDoubleValue() != Math.rint(json.getDoubleValue())) {
      throw new BadTensor("holds " + json.getText() + " where a whole number belongs");
    }
    try {
      long value = json.getLongValue();
      if (value >= least && value <= most) {
        return value;
      }
    } catch (com.fasterxml.jackson.core.exc.InputCoercionException e) {
      // beyond a long: out of range, as below
    }
    throw new BadTensor("holds " + json.getText() + ", which is out of its type's range");
  }

  static String describe(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> "a string (\"" + shortened(json.getText()) + "\")";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> json.getText();
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      default -> shortened(json.getText());
    };
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
