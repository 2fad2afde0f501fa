package dev.reveille.activator.home;

import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Door;
import dev.reveille.activator.route.Rendezvous;
import dev.reveille.crds.Keys;
import io.vertx.core.http.HttpServerRequest;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where an endpoint is at home. One with a hard limit has one gate that counts and orders its
 * requests, that of the first by rank of the activators that are ready; the others relay to it.
 */
public final class Homes {
  private static final long MISSED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final String self;
  private final String key;
  private final Supplier<List<Sibling>> ready;
  private final LongSupplier nanoTime;
  private final AtomicInteger underway = new AtomicInteger();

  /** Pod → when nothing came of a relay to it. */
  private final Map<String, Long> missed = new ConcurrentHashMap<>();

  /**
   * @param self this pod's name
   * @param key what activators show each other
   * @param ready the activators that are ready, this one among them once it is
   */
  public Homes(String self, String key, Supplier<List<Sibling>> ready, LongSupplier nanoTime) {
    this.self = self;
    this.key = key;
    this.ready = ready;
    this.nanoTime = nanoTime;
  }

  public String key() {
    return key;
  }

  /** Another activator has relayed this request: it shows their key. */
  public boolean isRelayed(HttpServerRequest request) {
    String shown = request.getHeader(Wire.RELAYED);
    return shown != null && Keys.same(shown, key);
  }

  /** Where a request is let through; nothing is relayed twice. */
  public Door door(Endpoint endpoint, boolean relayed) {
    if (relayed || endpoint.spec().scaling().containerConcurrency() == 0) {
      return endpoint.gate();
    }
    Iterator<Sibling> before = before(endpoint.uid()).iterator();
    return before.hasNext() ? new Relay(this, before, endpoint) : endpoint.gate();
  }

  /** Those that are asked before this one, in this order. */
  List<Sibling> before(String endpointUid) {
    return ready.get().stream()
        .sorted(Comparator.comparingLong(each -> Rendezvous.rank(endpointUid, each.pod())))
        .takeWhile(each -> !each.pod().equals(self))
        .filter(each -> !isMissed(each.pod()))
        .toList();
  }

  /** A node that died costs one request the time to find out, not all of them. */
  private boolean isMissed(String pod) {
    Long when = missed.get(pod);
    boolean is = when != null && nanoTime.getAsLong() - when < MISSED_NANOS;
    if (when != null && !is) {
      missed.remove(pod, when);
    }
    return is;
  }

  void miss(String pod) {
    missed.put(pod, nanoTime.getAsLong());
  }

  void begin() {
    underway.incrementAndGet();
  }

  void end() {
    underway.decrementAndGet();
  }

  /** Requests that run or wait at another activator and came through this one. */
  public int underway() {
    return underway.get();
  }
}
