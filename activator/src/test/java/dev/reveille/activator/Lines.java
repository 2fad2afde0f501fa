package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An answer as it comes, bit by bit. */
final class Lines {
  private final AtomicReference<String> read = new AtomicReference<>("");
  private volatile @Nullable HttpClientResponse response;
  private volatile boolean ended;
  private volatile @Nullable Throwable broken;
  private int from;

  Lines(Future<HttpClientResponse> answer) {
    answer
        .onSuccess(
            head -> {
              response = head;
              head.exceptionHandler(cause -> broken = cause);
              head.handler(chunk -> read.getAndUpdate(before -> before + chunk));
              head.endHandler(end -> ended = true);
            })
        .onFailure(cause -> broken = cause);
  }

  /** Exactly this comes next. */
  void await(String next) {
    until(next + " comes", () -> read.get().length() >= from + next.length());
    assertEquals(next, read.get().substring(from, from + next.length()));
    from += next.length();
  }

  boolean headCame() {
    return response != null;
  }

  HttpClientResponse response() {
    return Objects.requireNonNull(response);
  }

  boolean ended() {
    return ended;
  }

  boolean broken() {
    return broken != null;
  }
}
