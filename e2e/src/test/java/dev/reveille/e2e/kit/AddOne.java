package dev.reveille.e2e.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;

/** The smallest model whose every answer can be told from every other: y = x + 1. */
public final class AddOne {
  public static final String FILE = "add-one.onnx";

  private AddOne() {}

  /** A request of one row, made of one number. */
  public static String request(int x) {
    return """
        {"id": "%d", "inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [%d, %d, %d]}]}
        """
        .formatted(x, x, x * 2, x * 3);
  }

  /** The answer belongs to that request and is right. */
  public static Answer check(int x, Answer answer) {
    JsonNode json = answer.expect(200).json();
    assertEquals(Integer.toString(x), json.path("id").asText(), () -> "id in " + answer);
    JsonNode output = json.path("outputs").path(0);
    assertEquals("y", output.path("name").asText(), () -> "output of " + answer);
    for (int i = 0; i < 3; i++) {
      int wanted = x * (i + 1) + 1;
      assertEquals(wanted, output.path("data").path(i).asDouble(), () -> "x=" + x + ": " + answer);
    }
    return answer;
  }
}
