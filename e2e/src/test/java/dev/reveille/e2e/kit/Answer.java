package dev.reveille.e2e.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;
import java.util.Optional;

/** What a client got, and how long it waited for it. */
public record Answer(int status, HttpHeaders headers, String body, double millis) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("the body is not JSON: " + this, e);
    }
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The timeline of an answer that waited. */
  public ServerTiming timing() {
    return ServerTiming.parse(
        header("Server-Timing")
            .orElseThrow(() -> new AssertionError("no Server-Timing header: " + this)));
  }

  /** Why it was refused: one machine-readable word. */
  public String reason() {
    return json().path("reason").asText();
  }

  public Answer expect(int wanted) {
    assertEquals(wanted, status, () -> "status of " + this);
    return this;
  }

  /** Refused with this status and reason, in JSON that has a sentence for people too. */
  public Answer expectRefusal(int wanted, String reason) {
    expect(wanted);
    assertEquals(reason, reason(), () -> "reason of " + this);
    assertEquals(
        "application/json",
        header("Content-Type").orElse("none").split(";")[0],
        () -> "content type of " + this);
    if (json().path("error").asText().length() < 10) {
      throw new AssertionError("no sentence in \"error\": " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return status
        + " after "
        + Math.round(millis)
        + " ms: "
        + (body.length() > 600 ? body.substring(0, 600) + "…" : body);
  }
}
