package dev.reveille.modelserver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Models written byte by byte, as somebody who means harm would. */
class ModelCheckTest {
  private static final int GRAPH = 7;
  private static final int OPSET = 8;
  private static final int FUNCTION = 25;
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;
  private static final int ATTRIBUTE = 5;

  private final byte[] harmless = bytes(NODE, bytes(4, "Add"));

  private static String refusal(byte[] model) {
    return ModelCheck.refusal(ByteBuffer.wrap(model)).orElse("");
  }

  private static void refused(String because, byte[] model) {
    assertTrue(refusal(model).contains(because), () -> "'" + refusal(model) + "': " + because);
  }

  /** A field that holds bytes. */
  private static byte[] bytes(int field, byte[]... contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] all = join(contents);
    varint(out, ((long) field << 3) | 2);
    varint(out, all.length);
    out.writeBytes(all);
    return out.toByteArray();
  }

  private static byte[] bytes(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A field that holds a number. */
  private static byte[] number(int field, long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, (long) field << 3);
    varint(out, value);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private byte[] withInitializer(byte[]... tensor) {
    return bytes(GRAPH, harmless, bytes(INITIALIZER, tensor));
  }

  private static byte[] inAttribute(byte[] field) {
    return bytes(GRAPH, bytes(NODE, bytes(ATTRIBUTE, field)));
  }

  @Test
  void anHonestModelPasses() {
    byte[] weights = bytes(9, new byte[24]);
    assertEquals("", refusal(withInitializer(number(1, 2), number(1, 3), number(2, 1), weights)));
    assertEquals("", refusal(withInitializer(bytes(1, new byte[] {2, 3}), number(2, 1), weights)));
    assertEquals("", refusal(withInitializer(number(1, 768), number(1, 0), number(2, 1))));
    assertEquals("", refusal(join(bytes(OPSET, number(2, 17)), bytes(GRAPH, harmless))));
  }

  @Test
  void dataInOtherFilesIsRefusedWhereverItHides() {
    refused("external data", withInitializer(number(14, 1)));
    refused("external data", withInitializer(bytes(13, bytes(1, "location"))));
    refused("external data", inAttribute(bytes(5, number(14, 1))));
    refused("external data", inAttribute(bytes(10, number(14, 1))));
    refused("external data", inAttribute(bytes(6, bytes(INITIALIZER, number(14, 1)))));
    refused(
        "external data",
        join(
            bytes(GRAPH, harmless),
            bytes(FUNCTION, bytes(7, bytes(ATTRIBUTE, bytes(5, number(14, 1)))))));
    // A reader that keeps 32 bits of an enum sees a 1.
    refused("external data", withInitializer(number(14, (1L << 32) + 1)));
    // Of a field given twice the last counts, and both are looked at.
    refused("external data", withInitializer(number(14, 0), number(14, 1), number(14, 0)));
    refused(
        "external data",
        join(bytes(GRAPH, bytes(INITIALIZER, number(14, 1))), bytes(GRAPH, harmless)));
  }

  @Test
  void sparseTensorsAreRefused() {
    refused("sparse", bytes(GRAPH, bytes(15, new byte[0])));
    refused("sparse", inAttribute(bytes(22, new byte[0])));
    refused("sparse", inAttribute(bytes(23, new byte[0])));
  }

  @Test
  void operatorsOfOtherDomainsAreRefused() {
    refused("com.example", join(bytes(OPSET, bytes(1, "com.example")), bytes(GRAPH, harmless)));
    refused("com.example", bytes(GRAPH, bytes(NODE, bytes(7, "com.example"))));
    refused(
        "com.example",
        bytes(GRAPH, bytes(NODE, bytes(7, "com.microsoft"), bytes(7, "com.example"))));
    assertEquals("", refusal(bytes(GRAPH, bytes(NODE, bytes(7, "com.microsoft")))));
  }

  @Test
  void functionsOfTheModelHaveADomainOfTheirOwn() {
    byte[] function = bytes(FUNCTION, bytes(1, "f"), bytes(10, "pkg.mine"));
    assertEquals("", refusal(join(function, bytes(GRAPH, bytes(NODE, bytes(7, "pkg.mine"))))));
    refused(
        "reserved",
        join(bytes(FUNCTION, bytes(10, "com.microsoft.nchwc")), bytes(GRAPH, harmless)));
    refused(
        "reserved", join(bytes(FUNCTION, bytes(10, "ai.onnx.training")), bytes(GRAPH, harmless)));
  }

  @Test
  void nodesThatReadFilesAreRefused() {
    refused(
        "EPContext", bytes(GRAPH, bytes(NODE, bytes(4, "EPContext"), bytes(7, "com.microsoft"))));
  }

  @Test
  void absurdShapesAreRefused() {
    refused("absurd", withInitializer(number(1, 1L << 40), number(1, 1L << 40)));
    refused("absurd", withInitializer(number(1, 3037000500L), number(1, 3037000500L)));
    refused("absurd", withInitializer(number(1, -1)));
    refused("than it has data", withInitializer(number(1, 1_000_000), bytes(9, new byte[8])));
  }

  @Test
  void graphsNestedTooDeepAreRefused() {
    byte[] graph = harmless;
    for (int i = 0; i < 40; i++) {
      graph = bytes(NODE, bytes(ATTRIBUTE, bytes(6, graph)));
    }
    refused("nested", bytes(GRAPH, graph));
  }

  @Test
  void anotherFormatInDisguiseIsRefused() {
    byte[] disguised =
        join(bytes(2, new byte[] {0, 0, 'O', 'R', 'T', 'M', 0, 0}), bytes(GRAPH, harmless));
    refused("ORT format", disguised);
  }

  @Test
  void whatIsNoProtobufMessageIsRefused() {
    refused("no graph", new byte[0]);
    refused("not an ONNX model", "PK\003\004 a zip".getBytes(StandardCharsets.ISO_8859_1));
    byte[] model = withInitializer(bytes(9, new byte[100]));
    for (int length = 1; length < model.length; length++) {
      refused("not an ONNX model", java.util.Arrays.copyOf(model, length));
    }
    refused("longer than", join(bytes(GRAPH, harmless), new byte[] {0x3a, (byte) 0xff, 0x7f}));
    refused("number", join(bytes(GRAPH, harmless), new byte[] {8}, allOnes(11)));
  }

  private static byte[] allOnes(int length) {
    byte[] ones = new byte[length];
    java.util.Arrays.fill(ones, (byte) 0xff);
    return ones;
  }
}
