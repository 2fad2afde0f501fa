package dev.reveille.activator.proxy;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Wake;
import dev.reveille.activator.measure.Timeline.ColdStart;
import dev.reveille.activator.measure.Timeline.Phase;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;

/** What is recorded and told of a request that waited. */
final class ColdPath {
  private static final String SERVER_TIMING = "Server-Timing";
  static final String COLD_START = "X-Reveille-Cold-Start";

  private ColdPath() {}

  /** When a request came, was sent, was answered. */
  record Waiting(long queued, long forwarded, long firstByte) {}

  /** It was answered: its phases go to the client, the first one's to the endpoint as well. */
  static void record(
      Endpoint endpoint, HttpServerResponse response, String instance, Waiting waiting) {
    long queued = waiting.queued();
    long forwarded = waiting.forwarded();
    long firstByte = waiting.firstByte();
    Wake wake = endpoint.wake();
    double total = (firstByte - queued) / 1e6;
    endpoint.meters().waited(forwarded - queued);
    if (!wake.timeline().arrived()) {
      response.putHeader(
          SERVER_TIMING, entry("queue", (forwarded - queued) / 1e6) + ", " + entry("total", total));
      return;
    }
    List<Phase> phases = wake.timeline().phases(queued, forwarded, firstByte);
    StringBuilder timing = new StringBuilder(entry("queue", (forwarded - queued) / 1e6));
    for (Phase phase : phases) {
      timing.append(", ").append(entry(phase.name(), phase.millis()));
    }
    timing.append(", ").append(entry("total", total));
    response.putHeader(SERVER_TIMING, timing.toString());
    response.putHeader(COLD_START, String.format(Locale.ROOT, "%.1f", total));
    if (wake.record()) {
      endpoint.coldStart(
          new ColdStart(
              System.currentTimeMillis(), wake.timeline().way().label(), instance, total, phases));
    }
  }

  /** It waited at another activator, whose word this is. */
  static void passOn(HttpClientResponse from, HttpServerResponse response) {
    String coldStart = from.getHeader(COLD_START);
    if (coldStart != null) {
      response.putHeader(COLD_START, coldStart);
    }
  }

  /** It waited and was refused. */
  static void waited(Endpoint endpoint, HttpServerResponse response, long queued, long now) {
    endpoint.meters().waited(now - queued);
    if (!response.headWritten()) {
      response.putHeader(SERVER_TIMING, entry("queue", (now - queued) / 1e6));
    }
  }

  private static String entry(String name, double millis) {
    return String.format(Locale.ROOT, "%s;dur=%.1f", name, millis);
  }
}
