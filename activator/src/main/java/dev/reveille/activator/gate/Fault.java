package dev.reveille.activator.gate;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Optional;

/**
 * How a backend itself failed a request. What it refuses as not begun is none, and neither is a
 * connection that we had none left for.
 */
public enum Fault {
  /** Refused, or not taken in time: nothing was sent. */
  UNREACHABLE("Unreachable", "cannot be connected to"),
  BROKE_OFF("BrokeOff", "broke off before it answered"),
  TIMED_OUT("TimedOut", "did not answer in time"),
  /** Answered 502, 503 or 504. */
  GATEWAY_ERROR("GatewayError", "answered with 502, 503 or 504");

  private final String reason;
  private final String sentence;

  Fault(String reason, String sentence) {
    this.reason = reason;
    this.sentence = sentence;
  }

  /** A CamelCase word for programs. */
  public String reason() {
    return reason;
  }

  /** For people; a pod is what it speaks of. */
  public String sentence() {
    return sentence;
  }

  /** Of a connection that was not had; empty when that is not the backend's fault. */
  public static Optional<Fault> ofConnecting(Throwable failure) {
    // A timeout at Netty is a ConnectException; one in the queue for a pooled connection is not.
    return failure instanceof ConnectException || failure instanceof NoRouteToHostException
        ? Optional.of(UNREACHABLE)
        : Optional.empty();
  }

  /** Of an answer that the backend gave. */
  public static Optional<Fault> ofStatus(int status) {
    return status == 502 || status == 503 || status == 504
        ? Optional.of(GATEWAY_ERROR)
        : Optional.empty();
  }
}
