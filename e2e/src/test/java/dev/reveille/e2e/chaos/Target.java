package dev.reveille.e2e.chaos;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Wire;
import java.nio.charset.StandardCharsets;

/**
 * An endpoint that customers call.
 *
 * @param idempotent its requests may be executed twice
 * @param limited it has a hard limit, so that activators relay its requests
 */
public record Target(Endpoint endpoint, Exam exam, boolean idempotent, boolean limited) {
  public String name() {
    return endpoint.name();
  }

  /** The bytes of a request, to be written as they are. */
  byte[] question(long id, String host) {
    return Wire.post(
        host, endpoint.path(exam.path(name())), exam.question(id).getBytes(StandardCharsets.UTF_8));
  }
}
