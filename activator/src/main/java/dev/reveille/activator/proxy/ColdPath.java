package dev.reveille.activator.proxy;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Wake;
import dev.reveille.activator.measure.Mark;
import dev.reveille.activator.measure.Timeline.ColdStart;
import dev.reveille.activator.measure.Timeline.Phase;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;

/** What is recorded and told of a request that waited. */
final class ColdPath {
  private static final String SERVER_TIMING = "Server-Timing";
  static final String COLD_START = "X-Reveille-Cold-Start";

  private ColdPath() {}

  /** The moments of one request, on the monotonic clock. */
  record Moments(long queued, long forwarded, long firstByte) {
    double queueMillis() {
      return (forwarded - queued) / 1e6;
    }

    double totalMillis() {
      return (firstByte - queued) / 1e6;
    }
  }

  /**
   * It was answered: its phases go to the client, the first one's to the endpoint as well. Who
   * waited for something else than this wake (a fence, another replica) hears of its wait only.
   */
  static void record(Endpoint endpoint, Wake wake, HttpServerResponse response, Moments moments) {
    endpoint.meters().waited(moments.forwarded() - moments.queued());
    String queue = entry("queue", moments.queueMillis());
    String total = entry("total", moments.totalMillis());
    if (wake.timeline().at(Mark.HELLO, Long.MIN_VALUE) - moments.queued() < 0
        || !wake.timeline().has(Mark.HELLO)) {
      response.headers().add(SERVER_TIMING, queue + ", " + total);
      return;
    }
    List<Phase> phases =
        wake.timeline().phases(moments.queued(), moments.forwarded(), moments.firstByte());
    StringBuilder timing = new StringBuilder(queue);
    for (Phase phase : phases) {
      timing.append(", ").append(entry(phase.name(), phase.millis()));
    }
    response.headers().add(SERVER_TIMING, timing.append(", ").append(total).toString());
    response.putHeader(COLD_START, String.format(Locale.ROOT, "%.1f", moments.totalMillis()));
    if (wake.recorded().compareAndSet(false, true)) {
      endpoint.coldStart(new ColdStart(System.currentTimeMillis(), moments.totalMillis(), phases));
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
