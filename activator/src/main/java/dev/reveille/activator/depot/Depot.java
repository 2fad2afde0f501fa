package dev.reveille.activator.depot;

import dev.reveille.activator.Config.DepotConfig;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of model files: fetched once when an endpoint is applied, checked, kept on disk within
 * bounds, handed to waking pods. One lock guards what is known; files are touched outside it.
 */
public final class Depot implements Supply.Disposal {
  private static final Logger LOG = LoggerFactory.getLogger(Depot.class);
  private static final int MOST_FETCHES = 4;
  private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long NEVER = Long.MAX_VALUE / 4;
  private static final Set<String> FINAL =
      Set.of("SourceNotFound", "SourceRefused", "DigestMismatch", "TooLarge");

  private final Supply supply;
  private final LongSupplier nanoTime;
  private final Map<String, ModelState> models = new HashMap<>();
  private final Map<String, Endpoint> wanted = new LinkedHashMap<>();
  private final Map<String, Long> backoffs = new HashMap<>();
  private final Map<String, List<Promise<Handout>>> waiters = new HashMap<>();
  private final SequencedSet<String> queue = new LinkedHashSet<>();
  private int fetching;
  private long fetches;
  private long failures;

  public Depot(Vertx vertx, DepotConfig config, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.supply = new Supply(vertx, config, this, nanoTime);
  }

  /** What the operator gets to know of a model. */
  public record Report(
      String modelId,
      String state,
      @Nullable String digest,
      long bytes,
      String reason,
      String message) {}

  /** Figures for the metrics. */
  public record Figures(long bytes, long ready, long failed, long fetches, long failures) {}

  /** An endpoint is there, or has changed. */
  public void want(Endpoint endpoint) {
    synchronized (this) {
      wanted.put(endpoint.uid(), endpoint);
      endpoint
          .modelId()
          .filter(id -> !models.containsKey(id))
          .ifPresent(
              id -> {
                models.put(id, new ModelState.Fetching());
                queue.add(id);
              });
      recheck(endpoint);
      forgetUnwanted();
    }
    fetchNext();
  }

  public synchronized void unwant(String uid) {
    wanted.remove(uid);
    forgetUnwanted();
  }

  /** Failures that nobody waits for any more; files stay until their room is needed. */
  private void forgetUnwanted() {
    models
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue() instanceof ModelState.Failed
                    && !queue.contains(entry.getKey())
                    && wanterOf(entry.getKey()) == null);
    backoffs.keySet().retainAll(models.keySet());
  }

  /** The bytes we hold may not be those that the other replicas are bound to. */
  private void recheck(Endpoint endpoint) {
    String id = endpoint.modelId().orElse("");
    if (models.get(id) instanceof ModelState.Ready ready) {
      Supply.mismatch(endpoint, ready.digest())
          .ifPresent(
              message ->
                  models.put(id, new ModelState.Failed("DigestMismatch", message, retryAt(id))));
    }
  }

  /** Retries what failed; to be called now and then. */
  public void retry() {
    long now = nanoTime.getAsLong();
    synchronized (this) {
      for (Map.Entry<String, ModelState> entry : models.entrySet()) {
        if (entry.getValue() instanceof ModelState.Failed failed && now - failed.retryAt() >= 0) {
          entry.setValue(new ModelState.Failed(failed.reason(), failed.message(), now + NEVER));
          queue.add(entry.getKey());
        }
      }
    }
    fetchNext();
  }

  private void fetchNext() {
    while (true) {
      Endpoint endpoint;
      String id;
      synchronized (this) {
        if (fetching >= MOST_FETCHES || queue.isEmpty()) {
          return;
        }
        id = queue.removeFirst();
        endpoint = wanterOf(id);
        if (endpoint == null) {
          settle(id, new ModelState.Failed("NotWanted", "no endpoint has this model", NEVER));
          models.remove(id);
          continue;
        }
        fetching++;
        fetches++;
      }
      supply
          .bring(endpoint, id)
          .onComplete(done -> brought(endpoint, id, done.result(), done.cause()));
    }
  }

  private synchronized @Nullable Endpoint wanterOf(String id) {
    return wanted.values().stream()
        .filter(endpoint -> endpoint.modelId().filter(id::equals).isPresent())
        .findFirst()
        .orElse(null);
  }

  private void brought(
      Endpoint endpoint, String id, @Nullable ModelState state, @Nullable Throwable cause) {
    synchronized (this) {
      fetching--;
      if (state != null) {
        backoffs.remove(id);
        settle(id, state);
      } else {
        failures++;
        settle(id, failure(id, Objects.requireNonNull(cause)));
      }
    }
    LOG.info(
        "model of {}/{}: {}",
        endpoint.namespace(),
        endpoint.name(),
        cause == null ? "here" : cause.getMessage());
    fetchNext();
  }

  private void settle(String id, ModelState state) {
    models.put(id, state);
    Handout handout = handout(state);
    List<Promise<Handout>> told = waiters.remove(id);
    if (told != null) {
      told.forEach(waiter -> waiter.tryComplete(handout));
    }
  }

  /** What no endpoint has any more. */
  @Override
  public Set<String> disposable() {
    Set<String> ids = new HashSet<>(supply.shelf().ids());
    synchronized (this) {
      wanted.values().forEach(endpoint -> endpoint.modelId().ifPresent(ids::remove));
    }
    return ids;
  }

  @Override
  public synchronized void disposed(Set<String> ids) {
    for (String id : ids) {
      models.remove(id);
      if (wanterOf(id) != null) { // somebody came meanwhile
        models.put(id, new ModelState.Fetching());
        queue.add(id);
      }
    }
  }

  private ModelState.Failed failure(String id, Throwable cause) {
    String reason = cause instanceof Source.Refused refused ? refused.reason() : "DepotBroke";
    return new ModelState.Failed(reason, String.valueOf(cause.getMessage()), retryAt(id));
  }

  private long retryAt(String id) {
    long wait = backoffs.getOrDefault(id, FIRST_RETRY_NANOS);
    backoffs.put(id, Math.min(LAST_RETRY_NANOS, wait * 2));
    return nanoTime.getAsLong() + wait;
  }

  /** Why the endpoint's model cannot be handed out; empty when it can, or may be soon. */
  public synchronized Optional<Refusal> refusal(Endpoint endpoint) {
    return models.get(endpoint.modelId().orElse("")) instanceof ModelState.Failed failed
        ? Optional.of(Refusal.modelFailed(failed.reason(), failed.message()))
        : Optional.empty();
  }

  /** For a pod that asks: at once, or when the fetch that goes on has ended. */
  public Future<Handout> handOut(String modelId) {
    supply.shelf().touch(modelId);
    synchronized (this) {
      ModelState state = models.get(modelId);
      if (state == null) {
        return Future.succeededFuture(
            new Handout.NotNow("Fetching", "the model is not known here yet"));
      }
      if (!(state instanceof ModelState.Fetching)) {
        return Future.succeededFuture(handout(state));
      }
      if (queue.remove(modelId)) {
        queue.addFirst(modelId); // somebody waits for this one
      }
      Promise<Handout> waiter = Promise.promise();
      waiters.computeIfAbsent(modelId, id -> new ArrayList<>()).add(waiter);
      return waiter.future();
    }
  }

  private static Handout handout(ModelState state) {
    return switch (state) {
      case ModelState.Fetching() -> new Handout.NotNow("Fetching", "the model is being fetched");
      case ModelState.Ready(Path file, String digest, long bytes) ->
          new Handout.Model(file, digest, bytes);
      case ModelState.Failed(String reason, String message, long retryAt) ->
          FINAL.contains(reason)
              ? new Handout.Never(reason, message)
              : new Handout.NotNow(reason, message);
    };
  }

  /** What is known of the model; empty for one that nobody asked for. */
  public synchronized Optional<Report> report(String modelId) {
    return switch (models.get(modelId)) {
      case null -> Optional.empty();
      case ModelState.Fetching() -> Optional.of(new Report(modelId, "fetching", null, 0, "", ""));
      case ModelState.Ready(Path file, String digest, long bytes) ->
          Optional.of(new Report(modelId, "ready", digest, bytes, "", ""));
      case ModelState.Failed(String reason, String message, long retryAt) ->
          Optional.of(new Report(modelId, "failed", null, 0, reason, message));
    };
  }

  public Figures figures() {
    long bytes = supply.shelf().bytes();
    synchronized (this) {
      return figures(bytes);
    }
  }

  private Figures figures(long bytes) {
    long ready = models.values().stream().filter(ModelState.Ready.class::isInstance).count();
    long failed = models.values().stream().filter(ModelState.Failed.class::isInstance).count();
    return new Figures(bytes, ready, failed, fetches, failures);
  }
}
