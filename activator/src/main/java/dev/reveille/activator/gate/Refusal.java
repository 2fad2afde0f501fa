package dev.reveille.activator.gate;

/**
 * Why a request gets no answer of a model.
 *
 * @param status HTTP
 * @param reason a CamelCase word for programs
 * @param message a sentence for people
 * @param retryAfterSeconds 0: no use in trying again soon
 */
public record Refusal(int status, String reason, String message, int retryAfterSeconds) {
  public static Refusal unknownEndpoint(String message) {
    return new Refusal(404, "UnknownEndpoint", message, 0);
  }

  /** Two who read it might not read the same. */
  public static Refusal badRequest(String message) {
    return new Refusal(400, "BadRequest", message, 0);
  }

  public static Refusal headTooLarge() {
    return new Refusal(
        431, "HeadTooLarge", "the request line or the header fields are too long", 0);
  }

  public static Refusal headTooSlow(long seconds) {
    return new Refusal(
        408, "HeadTooSlow", "the request's head did not come within " + seconds + " s", 0);
  }

  public static Refusal wakeByPost() {
    return new Refusal(405, "MethodNotAllowed", "an endpoint is woken by POST", 0);
  }

  public static Refusal connectIsNotForwarded() {
    return new Refusal(405, "MethodNotAllowed", "CONNECT is not forwarded", 0);
  }

  public static Refusal grpcNeedsHttp2() {
    return new Refusal(
        501,
        "GrpcNeedsHttp2",
        "gRPC needs HTTP/2 to the replica as well: set spec.container.protocol to h2c",
        0);
  }

  public static Refusal queueFull(String what, int retryAfterSeconds) {
    return new Refusal(
        429, "QueueFull", what + " wait for this endpoint already; try again", retryAfterSeconds);
  }

  public static Refusal noRoom() {
    return new Refusal(
        503,
        "NoRoom",
        "this activator holds as much of the requests of this endpoint as it may; try again",
        1);
  }

  /**
   * @param bound what set the time
   * @param awaited what for, in words; empty: nobody knows
   */
  public static Refusal waitedTooLong(
      long millis, String bound, String awaited, int retryAfterSeconds) {
    String time = millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    return new Refusal(
        504,
        "WaitedTooLong",
        "no replica could serve within %s (%s)%s"
            .formatted(time, bound, awaited.isEmpty() ? "" : "; " + awaited),
        retryAfterSeconds);
  }

  public static Refusal backendTimeout(long seconds) {
    return new Refusal(
        504,
        "BackendTimeout",
        "the replica did not answer within " + seconds + " s (spec.requests.timeoutSeconds)",
        0);
  }

  public static Refusal bodyTooSlow(int seconds) {
    return new Refusal(
        408,
        "BodyTooSlow",
        "the body did not come within " + seconds + " s (spec.requests.timeoutSeconds)",
        0);
  }

  public static Refusal bodyTooLarge(long bytes) {
    return new Refusal(
        413,
        "BodyTooLarge",
        "the body is larger than " + bytes + " bytes (spec.requests.maxBodyBytes)",
        0);
  }

  public static Refusal modelFailed(String reason, String message) {
    return new Refusal(503, reason, "the model cannot be served: " + message, 10);
  }

  /** In the operator's words. */
  public static Refusal cannotServe(String reason, String message) {
    return new Refusal(503, reason, "the endpoint cannot serve: " + message, 10);
  }

  public static Refusal wakeRefused(String message) {
    return new Refusal(503, "WakeRefused", "the endpoint cannot be woken: " + message, 10);
  }

  /**
   * @param sentence who paused it, and how it is resumed
   */
  public static Refusal paused(String endpoint, String sentence) {
    return new Refusal(503, "Paused", "the endpoint " + endpoint + " is " + sentence, 0);
  }

  public static Refusal backendBroke(String message) {
    return new Refusal(502, "BackendBroke", message, 0);
  }

  public static Refusal notExecuted() {
    return new Refusal(
        503, "NotExecuted", "no replica took the request; it was not executed; try again", 1);
  }

  public static Refusal shuttingDown() {
    return new Refusal(503, "ShuttingDown", "this activator is shutting down; try again", 1);
  }
}
