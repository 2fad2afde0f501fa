package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One call of the Kubernetes API.
 *
 * @param who the caller's token
 * @param namespace empty: all of them, or an object that is in none
 * @param name empty: the whole collection
 * @param part of the object, such as {@code status}; empty: all of it
 */
public record Call(
    String who,
    HttpMethod method,
    String group,
    String namespace,
    String plural,
    String name,
    String part,
    Map<String, String> query,
    String contentType,
    String body) {
  private static final Pattern PATH =
      Pattern.compile(
          "(/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/([^/]+))?/([^/]+)(?:/([^/]+))?(?:/([^/]+))?");

  static Call of(RecordedRequest request) {
    String[] parts = request.getPath().split("[?]", 2);
    Matcher path = PATH.matcher(parts[0]);
    boolean known = path.matches();
    String body = request.getUtf8Body();
    return new Call(
        text(request.getHeader("Authorization")).replace("Bearer ", ""),
        request.method(),
        known ? path.group(1) : parts[0],
        known ? text(path.group(2)) : "",
        known ? path.group(3) : "",
        known ? text(path.group(4)) : "",
        known ? text(path.group(5)) : "",
        parts.length > 1 ? query(parts[1]) : Map.of(),
        text(request.getHeader("Content-Type")),
        text(body));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    for (String pair : text.split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[parts.length - 1], StandardCharsets.UTF_8));
    }
    return query;
  }

  public boolean isWrite() {
    return method != HttpMethod.GET;
  }

  public boolean isEvent() {
    return plural.equals("events");
  }

  /** Such as {@code POST deployments} or {@code PUT deployments/minilm/scale}. */
  public String said() {
    return method
        + " "
        + plural
        + (name.isEmpty() ? "" : "/" + name)
        + (part.isEmpty() ? "" : "/" + part);
  }

  JsonNode json() {
    return Serialization.unmarshal(body, JsonNode.class);
  }
}
