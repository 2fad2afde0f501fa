package dev.reveille.e2e.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What the processes of a pod hold at a moment. */
public record Use(long rssBytes, long threads, long descriptors) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Use parse(String json) {
    try {
      return JSON.readValue(json, Use.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no use: " + json, e);
    }
  }
}
