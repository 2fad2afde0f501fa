package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Downloads a source into a file; redirects are checked like sources. */
final class Fetcher {
  private static final int MOST_REDIRECTS = 5;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final HttpClient http;
  private final SourceGuard guard;
  private final long maxBytes;
  private final LongSupplier nanoTime;

  Fetcher(Vertx vertx, SourceGuard guard, long maxBytes, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.guard = guard;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(IDLE_SECONDS)
                .setKeepAlive(false));
  }

  /** Where a download goes, once its size is known. */
  interface Target {
    /** A file for that many bytes at most. */
    Future<Path> open(long bytes);
  }

  Future<Download.Result> fetch(String uri, Target target) {
    return fetch(uri, target, 0);
  }

  private Future<Download.Result> fetch(String uri, Target target, int redirects) {
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

  private Future<Download.Result> take(
      HttpClientResponse response, Source source, Target target, int redirects) {
    int status = response.statusCode();
    if (status == 200) {
      return save(response, target);
    }
    drop(response);
    String location = response.getHeader("Location");
    if (status / 100 == 3 && location != null) {
      return redirects == MOST_REDIRECTS
          ? refuse("SourceRefused", "more than " + MOST_REDIRECTS + " redirects")
          : follow(source, location, target, redirects + 1);
    }
    return refuse(
        status == 404 || status == 410 ? "SourceNotFound" : "SourceUnreachable",
        source.uri() + " answered " + status);
  }

  private Future<Download.Result> follow(
      Source source, String location, Target target, int redirects) {
    URI next;
    try {
      next = source.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      return refuse("SourceRefused", "a redirect leads to what is no URI: " + location);
    }
    return source.tls() && !"https".equalsIgnoreCase(next.getScheme())
        ? refuse("SourceRefused", "a redirect leads from https:// to " + next)
        : fetch(next.toString(), target, redirects);
  }

  private Future<Download.Result> save(HttpClientResponse response, Target target) {
    long length = length(response.getHeader("Content-Length"));
    if (length > maxBytes) {
      drop(response);
      return Future.failedFuture(Download.tooLarge(maxBytes));
    }
    return target
        .open(length < 0 ? maxBytes : length)
        .compose(
            path ->
                vertx
                    .fileSystem()
                    .open(
                        path.toString(),
                        new OpenOptions().setCreate(true).setWrite(true).setTruncateExisting(true)))
        .onFailure(failed -> drop(response))
        .compose(file -> new Download(vertx, response, file, maxBytes, nanoTime).run());
  }

  /** -1 when it does not say. */
  private static long length(@Nullable String declared) {
    try {
      return declared == null ? -1 : Long.parseLong(declared);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static void drop(HttpClientResponse response) {
    response.exceptionHandler(expected -> {});
    response.request().reset();
  }

  private static Future<Download.Result> refuse(String reason, String message) {
    return Future.failedFuture(new Source.Refused(reason, message));
  }
}
