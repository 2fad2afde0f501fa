package dev.reveille.e2e.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Questions whose right answers can be told from all others. */
public enum Exam {
  /** Asked of the witness, which says who it is, too. */
  WORK {
    @Override
    String path(String endpoint) {
      return "/work";
    }

    @Override
    String question(long id) {
      return "{\"id\": %d, \"x\": %d}".formatted(id, x(id));
    }

    @Override
    Finding check(long id, String endpoint, JsonNode answer) {
      if (answer.path("id").asLong(-1) != id
          || !answer.path("endpoint").asText().equals(endpoint)) {
        return Finding.CROSSED;
      }
      return answer.path("y").asLong() == x(id) * 31 + 7 ? Finding.RIGHT : Finding.WRONG;
    }
  },

  /** Asked of a model server with the add-one model. */
  ADD_ONE {
    @Override
    String path(String endpoint) {
      return "/v2/models/" + endpoint + "/infer";
    }

    @Override
    String question(long id) {
      return """
          {"id": "%d", "inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [%d, 1, 2]}]}"""
          .formatted(id, x(id));
    }

    @Override
    Finding check(long id, String endpoint, JsonNode answer) {
      if (answer.path("id").asLong(-1) != id
          || !answer.path("model_name").asText().equals(endpoint)) {
        return Finding.CROSSED;
      }
      JsonNode y = answer.path("outputs").path(0).path("data");
      boolean right = y.path(0).asLong() == x(id) + 1 && y.path(1).asInt() == 2;
      return right ? Finding.RIGHT : Finding.WRONG;
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXACT = 1 << 24; // whole numbers that a float holds

  /** What an answer shows. */
  enum Finding {
    RIGHT,
    WRONG,
    /** Somebody else's. */
    CROSSED
  }

  abstract String path(String endpoint);

  abstract String question(long id);

  abstract Finding check(long id, String endpoint, JsonNode answer);

  Finding check(long id, String endpoint, byte[] answer) {
    try {
      return check(id, endpoint, JSON.readTree(answer));
    } catch (IOException e) {
      return Finding.WRONG;
    }
  }

  /** Neighbours have distant ones. */
  private static long x(long id) {
    return id * 7919 % EXACT;
  }
}
