package dev.reveille.activator.depot;

import dev.reveille.activator.Config.DepotConfig;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Refusal;
import dev.reveille.activator.measure.Mark;
import dev.reveille.crds.ModelSpec;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of model files: fetched once when an endpoint is applied, checked, kept on disk within
 * bounds, handed to waking pods. One lock guards what is known; files are written outside it.
 */
public final class Depot {
  private static final Logger LOG = LoggerFactory.getLogger(Depot.class);
  private final Vertx vertx;
  private final DepotConfig config;
  private final Shelf shelf;
  private final Fetcher fetcher;
  private final LongSupplier nanoTime;
  private final Map<String, ModelState> models = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Endpoint> wanted = new LinkedHashMap<>();
  private final Fetches fetches = new Fetches();
  private final Backoff backoff = new Backoff();
  private final Incoming incoming;
  private final Settling settling;
  private final Graphs graphs;

  public Depot(Vertx vertx, DepotConfig config, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.config = config;
    this.nanoTime = nanoTime;
    this.fetcher =
        new Fetcher(vertx, new SourceGuard(config.allowPrivateSources()), config.maxModelBytes());
    this.incoming = new Incoming(config.maxModelBytes());
    this.shelf = new Shelf(config.directory());
    this.settling = new Settling(vertx);
    this.graphs =
        new Graphs(
            vertx,
            config.directory(),
            config.maxModelBytes(),
            () -> Math.max(0, config.maxBytes() - bytes()));
  }

  public Graphs graphs() {
    return graphs;
  }

  /** What a pod or the operator gets to know of a model. */
  public record Report(
      String modelId,
      String state,
      @Nullable String digest,
      long bytes,
      String reason,
      String message) {}

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
                fetches.add(id);
              });
      recheck(endpoint);
    }
    fetchNext();
  }

  public synchronized void unwant(String uid) {
    wanted.remove(uid);
    graphs.drop(uid);
  }

  /** The bytes we hold may not be those that the other replicas are bound to. */
  private void recheck(Endpoint endpoint) {
    String id = endpoint.modelId().orElse("");
    if (models.get(id) instanceof ModelState.Ready ready) {
      endpoint
          .mismatch(ready.digest())
          .ifPresent(
              message ->
                  models.put(id, failure(id, new Source.Refused("DigestMismatch", message), 0)));
    }
  }

  /** Retries what failed; to be called now and then. */
  public void retry() {
    synchronized (this) {
      long now = nanoTime.getAsLong();
      models.entrySet().removeIf(entry -> isForgotten(entry.getKey(), entry.getValue(), now));
      models.replaceAll((id, state) -> retried(id, state, now));
      backoff.retain(models.keySet());
    }
    fetchNext();
  }

  /** It could not be had, and nobody wants it any more. */
  private boolean isForgotten(String id, ModelState state, long now) {
    return state.isDue(now) && wanterOf(id) == null;
  }

  private ModelState retried(String id, ModelState state, long now) {
    if (state instanceof ModelState.Failed failed && state.isDue(now)) {
      fetches.add(id);
      return failed.until(now + Long.MAX_VALUE / 2);
    }
    return state;
  }

  private void fetchNext() {
    Endpoint endpoint;
    String id;
    synchronized (this) {
      Optional<String> next = fetches.next(nanoTime.getAsLong());
      if (next.isEmpty()) {
        return;
      }
      id = next.get();
      endpoint = wanterOf(id);
      if (endpoint == null) {
        fetches.over(id, nanoTime.getAsLong());
        models.remove(id);
        settling.settled(id);
      }
    }
    if (endpoint != null) {
      have(endpoint, id).onComplete(done -> settle(endpoint, id, done));
    }
    fetchNext();
  }

  /** From the shelf, if an earlier process left it there, else from the source. */
  private Future<ModelState> have(Endpoint endpoint, String id) {
    Future<Optional<ModelState.Ready>> left =
        shelf.hasLeftover(id)
            ? vertx
                .executeBlocking(() -> shelf.leftover(id, endpoint.wantedDigest()), false)
                .map(Objects::requireNonNull)
            : Future.succeededFuture(Optional.empty());
    return left.compose(
        found -> found.isPresent() ? Future.succeededFuture(found.get()) : fetch(endpoint, id));
  }

  private Future<ModelState> fetch(Endpoint endpoint, String id) {
    ModelSpec model = Objects.requireNonNull(endpoint.spec().model());
    Incoming.Part part = incoming.part();
    return fetcher
        .fetch(model.storageUri(), shelf.partial(id), part)
        .compose(download -> keep(endpoint, id, download))
        .recover(failed -> shelf.discard(vertx, id).transform(gone -> Future.failedFuture(failed)))
        .onComplete(done -> part.over());
  }

  private void settle(Endpoint endpoint, String id, AsyncResult<ModelState> done) {
    List<Endpoint> waiters;
    synchronized (this) {
      long took = fetches.over(id, nanoTime.getAsLong());
      models.put(id, done.succeeded() ? done.result() : failure(id, done.cause(), took));
      if (done.succeeded()) {
        backoff.forget(id);
      }
      waiters = wantersOf(id);
    }
    LOG.info(
        "model of {}/{}: {}",
        endpoint.namespace(),
        endpoint.name(),
        done.succeeded() ? "here" : done.cause().getMessage());
    waiters.forEach(this::arrived);
    settling.settled(id);
    fetchNext();
  }

  private void arrived(Endpoint waiter) {
    if (waiter.wake().timeline().has(Mark.QUEUED)) {
      waiter.mark(Mark.SOURCE, nanoTime.getAsLong()); // the wake had to wait for the source
    }
    waiter.gate().unblock();
  }

  private List<Endpoint> wantersOf(String id) {
    return wanted.values().stream()
        .filter(endpoint -> endpoint.modelId().filter(id::equals).isPresent())
        .toList();
  }

  private @Nullable Endpoint wanterOf(String id) {
    return wantersOf(id).stream().findFirst().orElse(null);
  }

  private Future<ModelState> keep(Endpoint endpoint, String id, Fetcher.Download download) {
    Optional<String> mismatch = endpoint.mismatch(download.digest());
    if (mismatch.isPresent()) {
      return Future.failedFuture(new Source.Refused("DigestMismatch", mismatch.get()));
    }
    return vertx
        .<ModelState>executeBlocking(
            () -> {
              makeRoom(download.bytes());
              return shelf.keep(id, download);
            },
            false)
        .map(Objects::requireNonNull);
  }

  /** Deletes what no endpoint wants, least recently used first, until {@code bytes} more fit. */
  private synchronized void makeRoom(long bytes) throws IOException, Source.Refused {
    if (held() + bytes > config.maxBytes()) {
      shelf.dropLeftovers();
    }
    graphs.leave(config.maxBytes() - held() - bytes);
    for (Map.Entry<String, ModelState> entry : List.copyOf(models.entrySet())) {
      if (held() + bytes <= config.maxBytes()) {
        return;
      }
      if (entry.getValue() instanceof ModelState.Ready ready && wanterOf(entry.getKey()) == null) {
        Files.deleteIfExists(ready.file());
        models.remove(entry.getKey());
      }
    }
    if (held() + bytes > config.maxBytes()) {
      throw new Source.Refused(
          "DepotFull", "the depot holds " + config.maxBytes() + " bytes at most (depot.maxBytes)");
    }
  }

  private long held() {
    return shelf.leftoverBytes()
        + models.values().stream()
            .mapToLong(state -> state instanceof ModelState.Ready ready ? ready.bytes() : 0)
            .sum();
  }

  private ModelState.Failed failure(String id, Throwable cause, long took) {
    return new ModelState.Failed(
        Source.Refused.reasonOf(cause),
        String.valueOf(cause.getMessage()),
        nanoTime.getAsLong() + backoff.after(id, took));
  }

  /** Why its model cannot be handed out; empty when it can, or may be soon. */
  public synchronized Optional<Refusal> refusal(Endpoint endpoint) {
    return models.get(endpoint.modelId().orElse("")) instanceof ModelState.Failed failed
        ? Optional.of(Refusal.modelFailed(failed.reason(), failed.message()))
        : Optional.empty();
  }

  /** Completes once the model is not being fetched any more, or after a while all the same. */
  public Future<Void> settled(String modelId) {
    synchronized (this) {
      return isFetching(modelId) ? settling.await(modelId) : Future.succeededFuture();
    }
  }

  public synchronized boolean isFetching(String modelId) {
    return models.get(modelId) instanceof ModelState.Fetching;
  }

  /** The digest of the model's file; null while it is not there. */
  public synchronized @Nullable String digest(String modelId) {
    return models.get(modelId) instanceof ModelState.Ready ready ? ready.digest() : null;
  }

  /** The model's file, to be sent; empty when it is not there. */
  public synchronized Optional<Path> file(String modelId) {
    return models.get(modelId) instanceof ModelState.Ready ready
        ? Optional.of(ready.file())
        : Optional.empty();
  }

  /** What is known of the model; empty for one that nobody asked for. */
  public synchronized Optional<Report> report(String modelId) {
    return Optional.ofNullable(models.get(modelId)).map(state -> state.report(modelId));
  }

  public synchronized long bytes() {
    return held();
  }
}
