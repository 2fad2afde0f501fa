package dev.reveille.activator.proxy;

import dev.reveille.activator.gate.Refusal;
import dev.reveille.crds.ActivationSpec;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * How long a request waits for a replica: as the endpoint says, or less if the client prefers so
 * ({@code Prefer: wait=SECONDS}, RFC 7240, 4.3).
 */
record Patience(int seconds, boolean preferred) {
  private static final String WAIT = "wait";
  private static final int MOST_DIGITS = 9;

  static Patience of(HttpServerRequest request, ActivationSpec spec) {
    OptionalInt wish = OptionalInt.empty();
    for (String field : request.headers().getAll("Prefer")) {
      wish = wish.isPresent() ? wish : wait(field); // the first one counts
    }
    return wish.isPresent()
        ? new Patience(Math.min(wish.getAsInt(), spec.maxWaitSeconds()), true)
        : new Patience(spec.maxWaitSeconds(), false);
  }

  /** The preference in one field; what is not a number of seconds is ignored, as the RFC asks. */
  static OptionalInt wait(String field) {
    for (String preference : field.split(",", -1)) {
      String plain = preference.split(";", -1)[0];
      int equals = plain.indexOf('=');
      if (equals > 0 && plain.substring(0, equals).strip().equalsIgnoreCase(WAIT)) {
        return number(plain.substring(equals + 1).strip().replace("\"", ""));
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt number(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= MOST_DIGITS
            && text.chars().allMatch(each -> each >= '0' && each <= '9');
    return digits ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }

  /** The client is told that its preference is followed. */
  void tell(HttpServerResponse response) {
    if (preferred) {
      response.putHeader("Preference-Applied", WAIT + "=" + seconds);
    }
  }

  /** Milliseconds left of it, at least one. */
  long millisLeft(long queuedAt, long now) {
    return Math.max(
        1, TimeUnit.NANOSECONDS.toMillis(queuedAt + TimeUnit.SECONDS.toNanos(seconds) - now));
  }

  Refusal over(int retryAfterSeconds) {
    return Refusal.waitedTooLong(
        seconds, preferred ? "Prefer: wait" : "spec.activation.maxWaitSeconds", retryAfterSeconds);
  }
}
