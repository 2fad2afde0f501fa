package dev.reveille.activator.proxy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * What the requests of all endpoints may hold of this process's memory, shared fairly. Whoever
 * holds little is let in as long as anything is left. Beyond that an endpoint may borrow at most
 * twice of what nobody has (dynamic thresholds, Choudhury and Hahne 1998): one alone gets half of
 * everything, several get equal parts, and whoever comes next always finds some.
 */
public final class Memory {
  /** What a request takes by itself, waiting or running, as measured. */
  static final long OF_A_REQUEST = 12 << 10;

  private static final int TIMES_HEAD = 2; // as bytes, and as fields
  private static final long PARTS = 1024;
  private static final int TIMES_FREE = 2;

  private final long total;
  private final AtomicLong held = new AtomicLong();
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  Memory(long total) {
    this.total = total;
  }

  /**
   * @param bytes 0: half of the heap, for what requests take besides, and for all that is not one
   */
  public static Memory of(long bytes) {
    return new Memory(bytes > 0 ? bytes : Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * The rule: whether an endpoint may hold {@code own} when that makes {@code all}. Each has a part
   * of its own, for which a quarter of everything is left alone by those who borrow.
   */
  static boolean allows(long own, long all, long total) {
    if (all > total) {
      return false;
    }
    long lent = total - total / 4;
    return own <= total / PARTS || own <= TIMES_FREE * (lent - all);
  }

  /** What a request's head takes. */
  static long ofHead(HttpServerRequest request) {
    long characters = request.uri().length();
    for (Map.Entry<String, String> field : request.headers()) {
      characters += field.getKey().length() + field.getValue().length();
    }
    return TIMES_HEAD * characters;
  }

  /** The endpoint's. */
  public Share share(String endpointUid) {
    return shares.computeIfAbsent(endpointUid, uid -> new Share());
  }

  /** Forgets endpoints that are gone. */
  public void prune(Predicate<String> exists) {
    shares.entrySet().removeIf(each -> each.getValue().isEmpty() && !exists.test(each.getKey()));
  }

  /** What is held of what there is. */
  public void register(MeterRegistry registry) {
    Gauge.builder("reveille.request.memory", held, AtomicLong::get)
        .description("Memory that requests hold")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("reveille.request.memory.limit", () -> total)
        .description("Memory that requests may hold")
        .baseUnit("bytes")
        .register(registry);
  }

  /** What one endpoint's requests hold. */
  public final class Share {
    private final AtomicLong own = new AtomicLong();

    private boolean isEmpty() {
      return own.get() == 0;
    }

    /** False: no, nothing is taken. */
    boolean take(long bytes) {
      if (bytes == 0 || allows(own.addAndGet(bytes), held.addAndGet(bytes), total)) {
        return true;
      }
      give(bytes);
      return false;
    }

    /** What is there already, or cannot be refused any more. */
    void add(long bytes) {
      own.addAndGet(bytes);
      held.addAndGet(bytes);
    }

    void give(long bytes) {
      add(-bytes);
    }
  }
}
