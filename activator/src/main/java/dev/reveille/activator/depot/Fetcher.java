package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Downloads one source into a file, hashing as it goes; redirects are checked like sources. */
final class Fetcher {
  private static final int MOST_REDIRECTS = 5;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int IDLE_SECONDS = 30;
  private static final long AGAIN_MILLIS = 200;
  private static final long PACE_MILLIS = 30_000;
  private static final long LEAST_PACE_BYTES = 1 << 20; // in that time
  private static final int NAME_THREADS = 8;

  private final Vertx vertx;
  private final HttpClient http;
  private final WorkerExecutor names;
  private final SourceGuard guard;
  private final long maxBytes;

  Fetcher(Vertx vertx, SourceGuard guard, long maxBytes) {
    this.vertx = vertx;
    this.guard = guard;
    this.maxBytes = maxBytes;
    // A name that takes long to resolve holds nobody else's files.
    this.names = vertx.createSharedWorkerExecutor("source-name", NAME_THREADS);
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(IDLE_SECONDS)
                .setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(Fetches.MOST)); // those that hang hold nobody else
  }

  /** What was downloaded. */
  record Download(String digest, long bytes) {}

  /**
   * A connection that breaks is made once more before anybody is told.
   *
   * @param room where it fits on disk while it is not complete
   */
  Future<Download> fetch(String uri, Path target, Incoming.Part room) {
    return fetch(uri, new Target(target, room), 0)
        .recover(
            failed -> {
              if (!Source.Refused.isBrokenOff(failed)) {
                return Future.failedFuture(failed);
              }
              room.over();
              return vertx
                  .timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                  .compose(later -> fetch(uri, new Target(target, room), 0));
            });
  }

  private record Target(Path file, Incoming.Part room) {}

  private Future<Download> fetch(String uri, Target target, int redirects) {
    return names
        .<Source>executeBlocking(() -> Source.of(uri, guard), false)
        .map(Objects::requireNonNull)
        .compose(
            source ->
                request(source).compose(response -> take(response, source, target, redirects)));
  }

  private Future<HttpClientResponse> request(Source source) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(
                SocketAddress.inetSocketAddress(source.port(), source.address().getHostAddress()))
            .setHost(source.uri().getHost())
            .setPort(source.port())
            .setSsl(source.tls())
            .setURI(source.pathAndQuery())
            .putHeader("User-Agent", "reveille-depot")
            .putHeader("Accept", "*/*");
    return http.request(options)
        .recover(
            failed ->
                Future.failedFuture(new Source.Refused("SourceUnreachable", told(source, failed))))
        .compose(
            request ->
                request
                    .send()
                    .map(response -> response.pause())
                    .recover(
                        failed ->
                            Future.failedFuture(Source.Refused.brokenOff(told(source, failed)))));
  }

  private static String told(Source source, Throwable failed) {
    return source.uri() + ": " + failed.getMessage();
  }

  private Future<Download> take(
      HttpClientResponse response, Source source, Target target, int redirects) {
    int status = response.statusCode();
    boolean tooLarge = status == 200 && declared(response) > maxBytes;
    if (status == 200 && !tooLarge) {
      return save(response, target);
    }
    response.exceptionHandler(expected -> {});
    response.request().reset();
    if (tooLarge) {
      return Future.failedFuture(tooLarge());
    }
    String location = response.getHeader("Location");
    if (status / 100 == 3 && location != null) {
      return redirects == MOST_REDIRECTS
          ? refuse("SourceRefused", "more than " + MOST_REDIRECTS + " redirects")
          : fetch(source.uri().resolve(location).toString(), target, redirects + 1);
    }
    return refuse(
        status == 404 || status == 410 ? "SourceNotFound" : "SourceUnreachable",
        source.uri() + " answered " + status);
  }

  private static Future<Download> refuse(String reason, String message) {
    return Future.failedFuture(new Source.Refused(reason, message));
  }

  private static long declared(HttpClientResponse response) {
    String length = response.getHeader("Content-Length");
    return length == null ? 0 : Long.parseLong(length); // checked by the client
  }

  private Source.Refused tooLarge() {
    return new Source.Refused(
        "TooLarge", "the model is larger than " + maxBytes + " bytes (depot.maxModelBytes)");
  }

  private Future<Download> save(HttpClientResponse response, Target target) {
    return vertx
        .fileSystem()
        .open(
            target.file().toString(),
            new OpenOptions().setCreate(true).setWrite(true).setTruncateExisting(true))
        .compose(file -> new Saving(response, file, target.room()).run());
  }

  /** One response on its way into a file. */
  private final class Saving {
    private final HttpClientResponse response;
    private final AsyncFile file;
    private final Incoming.Part room;
    private final MessageDigest sha256 = sha256();
    private final Promise<Download> done = Promise.promise();
    private long bytes;
    private long looked;
    private long pace;
    private boolean ended;

    Saving(HttpClientResponse response, AsyncFile file, Incoming.Part room) {
      this.response = response;
      this.file = file;
      this.room = room;
    }

    Future<Download> run() {
      response.handler(this::chunk);
      response.exceptionHandler(
          broken -> end(Source.Refused.brokenOff("the download broke: " + broken.getMessage())));
      response.endHandler(end -> end(null));
      pace = vertx.setPeriodic(PACE_MILLIS, tick -> look());
      response.resume();
      return done.future();
    }

    /** Who sends a byte now and then would never end. */
    private void look() {
      if (bytes - looked < LEAST_PACE_BYTES) {
        end(
            new Source.Refused(
                "SourceTooSlow",
                "the source sent "
                    + (bytes - looked)
                    + " bytes in "
                    + PACE_MILLIS / 1000
                    + " s, less than "
                    + LEAST_PACE_BYTES));
      }
      looked = bytes;
    }

    private void chunk(Buffer chunk) {
      if (ended) {
        return;
      }
      bytes += chunk.length();
      if (bytes > maxBytes) {
        end(tooLarge());
        return;
      }
      if (!room.take(chunk.length())) {
        end(
            new Source.Refused(
                "DepotBusy", "other models are being fetched and take the room; tried again"));
        return;
      }
      sha256.update(chunk.getBytes());
      file.write(chunk).onFailure(this::end);
      if (file.writeQueueFull()) {
        response.pause();
        file.drainHandler(drained -> response.resume());
      }
    }

    private void end(@org.jspecify.annotations.Nullable Throwable failed) {
      if (ended) {
        return;
      }
      ended = true;
      vertx.cancelTimer(pace);
      if (failed != null) {
        response.request().reset();
      }
      file.close()
          .onComplete(
              closed -> {
                if (failed == null && closed.succeeded()) {
                  done.tryComplete(
                      new Download("sha256:" + HexFormat.of().formatHex(sha256.digest()), bytes));
                } else {
                  done.tryFail(failed == null ? closed.cause() : failed);
                }
              });
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
