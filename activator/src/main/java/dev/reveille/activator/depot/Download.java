package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpClientResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One response on its way into a file, hashed as it goes, within size and time. */
final class Download {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long SLOWEST_BYTES_PER_SECOND = 64 << 10;
  private static final long LOOK_MILLIS = 1000;

  private final Vertx vertx;
  private final HttpClientResponse response;
  private final AsyncFile file;
  private final long maxBytes;
  private final LongSupplier nanoTime;
  private final MessageDigest sha256 = sha256();
  private final Promise<Result> done = Promise.promise();
  private final long began;
  private long timer;
  private long bytes;
  private boolean ended;

  /** What was downloaded. */
  record Result(String digest, long bytes) {}

  Download(
      Vertx vertx,
      HttpClientResponse response,
      AsyncFile file,
      long maxBytes,
      LongSupplier nanoTime) {
    this.vertx = vertx;
    this.response = response;
    this.file = file;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /** To be called with the response paused. */
  Future<Result> run() {
    timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
    response.handler(this::chunk);
    response.exceptionHandler(broken -> fail("the download broke: " + broken.getMessage()));
    response.endHandler(end -> end(null));
    response.resume();
    return done.future();
  }

  /** A source that trickles must not hold one of the few places for ever. */
  private void look() {
    if (tooSlow(bytes, nanoTime.getAsLong() - began)) {
      fail("the download is slower than " + SLOWEST_BYTES_PER_SECOND + " bytes a second");
      response.request().reset();
    }
  }

  static boolean tooSlow(long bytes, long elapsedNanos) {
    long counted = elapsedNanos - GRACE_NANOS;
    return counted > 0 && bytes < counted / 1e9 * SLOWEST_BYTES_PER_SECOND;
  }

  private void chunk(Buffer chunk) {
    if (ended) {
      return;
    }
    bytes += chunk.length();
    if (bytes > maxBytes) {
      end(tooLarge(maxBytes));
      response.request().reset();
      return;
    }
    sha256.update(chunk.getBytes());
    file.write(chunk).onFailure(this::end);
    if (file.writeQueueFull()) {
      response.pause();
      file.drainHandler(drained -> response.resume());
    }
  }

  static Source.Refused tooLarge(long maxBytes) {
    return new Source.Refused(
        "TooLarge", "the model is larger than " + maxBytes + " bytes (depot.maxModelBytes)");
  }

  private void fail(String message) {
    end(new Source.Refused("SourceUnreachable", message));
  }

  private void end(@Nullable Throwable failed) {
    if (ended) {
      return;
    }
    ended = true;
    vertx.cancelTimer(timer);
    file.close()
        .onComplete(
            closed -> {
              if (failed == null && closed.succeeded()) {
                done.tryComplete(
                    new Result("sha256:" + HexFormat.of().formatHex(sha256.digest()), bytes));
              } else {
                done.tryFail(failed == null ? closed.cause() : failed);
              }
            });
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
