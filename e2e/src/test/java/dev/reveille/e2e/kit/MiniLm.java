package dev.reveille.e2e.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The real model: MiniLM-L6-v2, a sentence embedding, 23 MB, as it lies in a Maven artifact. */
public final class MiniLm {
  /** The file's name at the model source. */
  public static final String FILE = "minilm.onnx";

  private static final String RESOURCE = "/all-minilm-l6-v2-q.onnx";

  /** "the model sleeps until somebody calls it." in the model's own vocabulary. */
  private static final long[] TOKENS = {101, 1996, 2944, 25126, 2127, 8307, 4455, 2009, 1012, 102};

  /** Two builds of the same kernels may round differently; a wrong answer is off by far more. */
  private static final double TOLERANCE = 1e-4;

  private MiniLm() {}

  private static byte[] bytes() {
    try (InputStream in = MiniLm.class.getResourceAsStream(RESOURCE)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file's digest, as a manifest writes it. */
  public static String digest() {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Map<String, long[]> inputs() {
    long[] ones = new long[TOKENS.length];
    Arrays.fill(ones, 1);
    Map<String, long[]> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", TOKENS);
    inputs.put("attention_mask", ones);
    inputs.put("token_type_ids", new long[TOKENS.length]);
    return inputs;
  }

  /** The sentence as an inference request. */
  public static String request() {
    StringBuilder json = new StringBuilder("{\"inputs\": [");
    String separator = "";
    for (var input : inputs().entrySet()) {
      json.append(separator)
          .append(
              """
              {"name": "%s", "shape": [1, %d], "datatype": "INT64", "data": %s}"""
                  .formatted(input.getKey(), TOKENS.length, Arrays.toString(input.getValue())));
      separator = ", ";
    }
    return json.append("]}").toString();
  }

  /** The answer's numbers are those that ONNX Runtime computes here, from the same file. */
  public static Answer check(Answer answer) {
    JsonNode output = answer.expect(200).json().path("outputs").path(0);
    float[] wanted = compute(output.path("name").asText());
    JsonNode data = output.path("data");
    assertEquals(wanted.length, data.size(), "numbers in the embedding");
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], data.get(i).asDouble(), TOLERANCE, "number " + i);
    }
    return answer;
  }

  private static float[] compute(String output) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try (OrtSession session = environment.createSession(bytes())) {
      for (var input : inputs().entrySet()) {
        tensors.put(
            input.getKey(), OnnxTensor.createTensor(environment, new long[][] {input.getValue()}));
      }
      try (OrtSession.Result result = session.run(tensors, Collections.singleton(output))) {
        return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }
}
