package dev.reveille.activator.internal;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Census;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The operator's fences: while one stands, none of the endpoint's backends is chosen. */
final class Fences {
  private static final int LONGEST_SECONDS = 60;

  private final InternalServer.Parts parts;

  Fences(InternalServer.Parts parts) {
    this.parts = parts;
  }

  /** What a fence asks for. */
  record Fence(int seconds) {}

  void handle(Message message, String uid) {
    switch (message.request().method().name()) {
      case "PUT" -> message.body(Fence.class, fence -> fence(message, uid, fence));
      case "DELETE" -> unfence(message, uid);
      default -> message.error(405, "PUT or DELETE");
    }
  }

  private void fence(Message message, String uid, Fence fence) {
    Optional<Endpoint> endpoint = endpointOf(message, uid);
    if (endpoint.isPresent()) {
      long now = parts.nanoTime().getAsLong();
      int seconds = Math.clamp(fence.seconds(), 1, LONGEST_SECONDS);
      Census census = endpoint.get().gate().fence(now + TimeUnit.SECONDS.toNanos(seconds), now);
      message.answer(200, Map.of("inFlight", census.inFlight(), "queued", census.queued()));
    }
  }

  private void unfence(Message message, String uid) {
    Optional<Endpoint> endpoint = endpointOf(message, uid);
    if (endpoint.isPresent()) {
      long now = parts.nanoTime().getAsLong();
      if ("true".equals(message.request().getParam("slept"))) {
        parts.waker().forget(uid);
        endpoint.get().gate().bridges().keySet().forEach(this::relieved);
        endpoint.get().slept(parts.pods().hostsOf(uid), now);
      } else {
        endpoint.get().gate().unfence(now);
      }
      parts.waker().wakeIfNeeded(endpoint.get());
      message.taken();
    }
  }

  private void relieved(Backend bridge) {
    parts.pools().relieved(bridge.host());
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
