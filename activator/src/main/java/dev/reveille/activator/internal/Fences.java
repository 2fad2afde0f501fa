package dev.reveille.activator.internal;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Census;
import java.util.Map;
import java.util.Optional;

/** The operator's fences over HTTP: while one stands, none of the endpoint's backends is chosen. */
final class Fences {
  private static final int LONGEST_ID = 64;

  private final InternalServer.Parts parts;
  private final Fencing fencing;

  Fences(InternalServer.Parts parts) {
    this.parts = parts;
    this.fencing = new Fencing(parts);
  }

  /** What a fence asks for. */
  record Fence(String id, int seconds) {}

  void handle(Message message, String uid) {
    switch (message.request().method().name()) {
      case "PUT" -> message.body(Fence.class, fence -> fence(message, uid, fence));
      case "DELETE" -> unfence(message, uid);
      default -> message.error(405, "PUT or DELETE");
    }
  }

  private void fence(Message message, String uid, Fence fence) {
    Optional<Endpoint> endpoint = endpointOf(message, uid);
    if (endpoint.isEmpty()) {
      return;
    }
    if (fence.id() == null || fence.id().isEmpty() || fence.id().length() > LONGEST_ID) {
      message.error(400, "a fence needs an id of at most %d characters".formatted(LONGEST_ID));
      return;
    }
    Optional<Census> found = fencing.put(endpoint.get(), fence.id(), fence.seconds());
    found.ifPresentOrElse(
        census ->
            message.answer(200, Map.of("inFlight", census.inFlight(), "queued", census.queued())),
        () -> message.error(409, "that fence is over"));
  }

  private void unfence(Message message, String uid) {
    Optional<Endpoint> endpoint = endpointOf(message, uid);
    if (endpoint.isPresent()) {
      String id = message.request().getParam("fence", "");
      if ("true".equals(message.request().getParam("slept"))) {
        fencing.slept(endpoint.get(), id);
      } else {
        fencing.lift(endpoint.get(), id);
      }
      message.taken();
    }
  }

  /** The endpoint, for the operator; else the request is answered. */
  private Optional<Endpoint> endpointOf(Message message, String uid) {
    if (!message.shows(parts.keys().operator())) {
      message.unauthorized();
      return Optional.empty();
    }
    Optional<Endpoint> endpoint = parts.endpoints().withUid(uid);
    if (endpoint.isEmpty()) {
      message.error(404, "no endpoint has the UID " + uid);
    }
    return endpoint;
  }
}
