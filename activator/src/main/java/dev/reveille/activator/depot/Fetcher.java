package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** Downloads one source into a file, hashing as it goes; redirects are checked like sources. */
final class Fetcher {
  private static final int MOST_REDIRECTS = 5;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final HttpClient http;
  private final SourceGuard guard;
  private final long maxBytes;

  Fetcher(Vertx vertx, SourceGuard guard, long maxBytes) {
    this.vertx = vertx;
    this.guard = guard;
    this.maxBytes = maxBytes;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(IDLE_SECONDS)
                .setKeepAlive(false));
  }

  /** What was downloaded. */
  record Download(String digest, long bytes) {}

  Future<Download> fetch(String uri, Path target) {
    return fetch(uri, target, 0);
  }

  private Future<Download> fetch(String uri, Path target, int redirects) {
    return vertx
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
        .compose(request -> request.send().map(response -> response.pause()))
        .recover(
            failed ->
                Future.failedFuture(
                    new Source.Refused(
                        "SourceUnreachable", source.uri() + ": " + failed.getMessage())));
  }

  private Future<Download> take(
      HttpClientResponse response, Source source, Path target, int redirects) {
    int status = response.statusCode();
    if (status == 200) {
      return save(response, target);
    }
    response.exceptionHandler(expected -> {});
    response.request().reset();
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

  private Future<Download> save(HttpClientResponse response, Path target) {
    return vertx
        .fileSystem()
        .open(
            target.toString(),
            new OpenOptions().setCreate(true).setWrite(true).setTruncateExisting(true))
        .compose(file -> new Saving(response, file).run());
  }

  /** One response on its way into a file. */
  private final class Saving {
    private final HttpClientResponse response;
    private final AsyncFile file;
    private final MessageDigest sha256 = sha256();
    private final Promise<Download> done = Promise.promise();
    private long bytes;
    private boolean ended;

    Saving(HttpClientResponse response, AsyncFile file) {
      this.response = response;
      this.file = file;
    }

    Future<Download> run() {
      response.handler(this::chunk);
      response.exceptionHandler(
          broken ->
              end(
                  new Source.Refused(
                      "SourceUnreachable", "the download broke: " + broken.getMessage())));
      response.endHandler(end -> end(null));
      response.resume();
      return done.future();
    }

    private void chunk(Buffer chunk) {
      if (ended) {
        return;
      }
      bytes += chunk.length();
      if (bytes > maxBytes) {
        end(
            new Source.Refused(
                "TooLarge",
                "the model is larger than " + maxBytes + " bytes (depot.maxModelBytes)"));
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
