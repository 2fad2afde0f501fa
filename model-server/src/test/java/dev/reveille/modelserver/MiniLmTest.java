package dev.reveille.modelserver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real model, MiniLM-L6-v2: what we answer is what ONNX Runtime computes when called directly.
 */
class MiniLmTest {
  private static final long[][] IDS = {
    {101, 7592, 2088, 102, 0, 0}, {101, 2023, 2003, 1037, 3231, 102}
  };
  private static final long[][] MASK = {{1, 1, 1, 1, 0, 0}, {1, 1, 1, 1, 1, 1}};
  private static final long[][] TYPES = {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}};

  @TempDir private Path folder;

  private static String input(String name, String data) {
    return "{\"name\":\"%s\",\"shape\":[2,6],\"datatype\":\"INT64\",\"data\":%s}"
        .formatted(name, data);
  }

  @Test
  void numbersAreThoseOfTheRuntimeItself() throws Exception {
    Path model = folder.resolve("minilm.onnx");
    try (InputStream in = MiniLmTest.class.getResourceAsStream("/all-minilm-l6-v2-q.onnx")) {
      Files.copy(in, model);
    }
    float[] expected = directly(model);
    String body =
        "{\"inputs\":["
            + input("input_ids", "[[101,7592,2088,102,0,0],[101,2023,2003,1037,3231,102]]")
            + ","
            + input("attention_mask", "[1,1,1,1,0,0,1,1,1,1,1,1]")
            + ","
            + input("token_type_ids", "[[0,0,0,0,0,0],[0,0,0,0,0,0]]")
            + "]}";
    try (Running running =
        Running.with(Map.of(Wire.MODEL_PATH_ENV, model.toString(), Wire.MODEL_NAME_ENV, "minilm"))
            .settled()) {
      var answer = running.post("/v2/models/minilm/infer", body);
      assertEquals(200, answer.statusCode(), answer.body());
      assertArrayEquals(expected, data(answer.body(), expected.length), 1e-5f);
    }
  }

  private static float[] directly(Path model) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model.toString());
        OnnxTensor ids = OnnxTensor.createTensor(environment, IDS);
        OnnxTensor mask = OnnxTensor.createTensor(environment, MASK);
        OnnxTensor types = OnnxTensor.createTensor(environment, TYPES)) {
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      inputs.put("input_ids", ids);
      inputs.put("attention_mask", mask);
      inputs.put("token_type_ids", types);
      try (OrtSession.Result result = session.run(inputs)) {
        FloatBuffer floats = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
      }
    }
  }

  static float[] data(String answer, int length) throws Exception {
    float[] values = new float[length];
    try (JsonParser json = new JsonFactory().createParser(answer)) {
      while (!"data".equals(json.currentName()) || json.currentToken() != JsonToken.START_ARRAY) {
        json.nextToken();
      }
      for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
        values[i] = json.getFloatValue();
      }
    }
    return values;
  }
}
