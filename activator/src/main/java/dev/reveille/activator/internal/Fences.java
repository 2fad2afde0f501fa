package dev.reveille.activator.internal;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Gate.Census;
import dev.reveille.activator.wake.Waker;
import dev.reveille.activator.watch.Pods;
import dev.reveille.crds.Keys;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Stops and resumes choosing an endpoint's backends, for the operator. */
final class Fences {
  private static final int LONGEST_SECONDS = 60;

  private final Endpoints endpoints;
  private final Pods pods;
  private final Waker waker;
  private final LongSupplier nanoTime;

  Fences(Endpoints endpoints, Pods pods, Waker waker, LongSupplier nanoTime) {
    this.endpoints = endpoints;
    this.pods = pods;
    this.waker = waker;
    this.nanoTime = nanoTime;
  }

  /** What is asked for. */
  record Fence(int seconds) {}

  /** The figures are those after the fence stands. */
  void put(Message message, Keys keys, String uid, Fence fence) {
    Optional<Endpoint> endpoint = endpointOf(message, keys, uid);
    if (endpoint.isPresent()) {
      long now = nanoTime.getAsLong();
      int seconds = Math.clamp(fence.seconds(), 1, LONGEST_SECONDS);
      Census census = endpoint.get().gate().fence(now + TimeUnit.SECONDS.toNanos(seconds), now);
      message.answer(200, Map.of("inFlight", census.inFlight(), "queued", census.queued()));
    }
  }

  void delete(Message message, Keys keys, String uid) {
    Optional<Endpoint> endpoint = endpointOf(message, keys, uid);
    if (endpoint.isPresent()) {
      long now = nanoTime.getAsLong();
      if ("true".equals(message.request().getParam("slept"))) {
        waker.forget(uid);
        endpoint.get().slept(pods.uidsOf(uid), now);
      } else {
        endpoint.get().gate().unfence(now);
      }
      waker.wakeIfNeeded(endpoint.get());
      message.done();
    }
  }

  /** The endpoint, for the operator; else the message is answered. */
  private Optional<Endpoint> endpointOf(Message message, Keys keys, String uid) {
    if (!message.shows(keys.operator())) {
      return Optional.empty();
    }
    Optional<Endpoint> endpoint = endpoints.withUid(uid);
    if (endpoint.isEmpty()) {
      message.refuse(404, "UnknownEndpoint", "no endpoint has the UID " + uid);
    }
    return endpoint;
  }
}
