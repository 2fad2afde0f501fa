package dev.reveille.activator.proxy;

import dev.reveille.activator.gate.Refusal;
import dev.reveille.crds.ActivationSpec;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How long a request waits for a replica: as the endpoint says, or less if the client prefers so
 * ({@code Prefer: wait=SECONDS}, RFC 7240, 4.3) or gives a call no longer ({@code grpc-timeout}).
 */
record Patience(long millis, Bound bound) {
  private static final String WAIT = "wait";
  private static final int MOST_DIGITS = 9;

  /** What set the time. */
  enum Bound {
    ENDPOINT("spec.activation.maxWaitSeconds"),
    PREFERENCE("Prefer: wait"),
    DEADLINE("grpc-timeout");

    private final String said;

    Bound(String said) {
      this.said = said;
    }
  }

  static Patience of(HttpServerRequest request, ActivationSpec spec) {
    long most = TimeUnit.SECONDS.toMillis(spec.maxWaitSeconds());
    if (Call.isGrpc(request)) {
      OptionalLong deadline = Grpc.millis(request.getHeader(Grpc.TIMEOUT));
      return deadline.isPresent() && deadline.getAsLong() < most
          ? new Patience(deadline.getAsLong(), Bound.DEADLINE)
          : new Patience(most, Bound.ENDPOINT);
    }
    OptionalInt wish = OptionalInt.empty();
    for (String field : request.headers().getAll("Prefer")) {
      wish = wish.isPresent() ? wish : wait(field); // the first one counts
    }
    return wish.isPresent()
        ? new Patience(Math.min(TimeUnit.SECONDS.toMillis(wish.getAsInt()), most), Bound.PREFERENCE)
        : new Patience(most, Bound.ENDPOINT);
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

  boolean preferred() {
    return bound == Bound.PREFERENCE;
  }

  /** The client is told that its preference is followed. */
  void tell(HttpServerResponse response) {
    if (preferred()) {
      response.putHeader(
          "Preference-Applied", WAIT + "=" + TimeUnit.MILLISECONDS.toSeconds(millis));
    }
  }

  /** Milliseconds left of it, at least one. */
  long millisLeft(long queuedAt, long now) {
    return Math.max(
        1, TimeUnit.NANOSECONDS.toMillis(queuedAt + TimeUnit.MILLISECONDS.toNanos(millis) - now));
  }

  /**
   * @param awaited what for, in words; empty: nobody knows
   */
  Refusal over(int retryAfterSeconds, String awaited) {
    return Refusal.waitedTooLong(millis, bound.said, awaited, retryAfterSeconds);
  }
}
