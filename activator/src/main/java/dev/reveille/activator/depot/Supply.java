package dev.reveille.activator.depot;

import dev.reveille.activator.Config.DepotConfig;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.crds.ModelSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** Brings a model: from the shelf, where an earlier process left it, else from its source. */
final class Supply {
  private final Vertx vertx;
  private final Shelf shelf;
  private final Fetcher fetcher;
  private final Disposal disposal;

  /** What may go when room is needed. */
  interface Disposal {
    Set<String> disposable();

    void disposed(Set<String> ids);
  }

  Supply(Vertx vertx, DepotConfig config, Disposal disposal, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.disposal = disposal;
    this.shelf = new Shelf(config.directory(), config.maxBytes());
    this.fetcher =
        new Fetcher(
            vertx, new SourceGuard(config.allowPrivateSources()), config.maxModelBytes(), nanoTime);
  }

  Shelf shelf() {
    return shelf;
  }

  Future<ModelState.Ready> bring(Endpoint endpoint, String id) {
    return shelf.has(id)
        ? blocking(() -> found(endpoint, id))
            .recover(unfit -> blocking(() -> removed(id)).compose(gone -> fetch(endpoint, id)))
        : fetch(endpoint, id);
  }

  private ModelState.Ready found(Endpoint endpoint, String id) throws IOException, Source.Refused {
    String digest = shelf.digest(id);
    check(endpoint, digest);
    return new ModelState.Ready(shelf.file(id), digest, Files.size(shelf.file(id)));
  }

  private String removed(String id) throws IOException {
    shelf.remove(id);
    return id;
  }

  private Future<ModelState.Ready> fetch(Endpoint endpoint, String id) {
    ModelSpec model = Objects.requireNonNull(endpoint.spec().model());
    Fetcher.Target target =
        bytes ->
            blocking(
                () -> {
                  disposal.disposed(shelf.reserve(id, bytes, disposal.disposable()));
                  return shelf.partial(id);
                });
    return fetcher
        .fetch(model.storageUri(), target)
        .compose(download -> blocking(() -> checked(endpoint, id, download)))
        .onFailure(failed -> blocking(() -> discarded(id)));
  }

  private ModelState.Ready checked(Endpoint endpoint, String id, Download.Result download)
      throws IOException, Source.Refused {
    check(endpoint, download.digest());
    return new ModelState.Ready(
        shelf.keep(id, download.bytes()), download.digest(), download.bytes());
  }

  private String discarded(String id) throws IOException {
    shelf.discard(id);
    return id;
  }

  private static void check(Endpoint endpoint, String digest) throws Source.Refused {
    Optional<String> mismatch = mismatch(endpoint, digest);
    if (mismatch.isPresent()) {
      throw new Source.Refused("DigestMismatch", mismatch.get());
    }
  }

  /** Why a file with that digest is not the endpoint's; empty when it is. */
  static Optional<String> mismatch(Endpoint endpoint, String digest) {
    return endpoint
        .wantedDigest()
        .filter(wanted -> !wanted.equals(digest))
        .map(wanted -> "the model has digest " + digest + ", not " + wanted);
  }

  private <T> Future<T> blocking(Callable<T> work) {
    return vertx.<T>executeBlocking(work, false).map(Objects::requireNonNull);
  }
}
