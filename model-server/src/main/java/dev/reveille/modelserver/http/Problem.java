package dev.reveille.modelserver.http;

import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.model.Loading;

/**
 * Why a request is not answered as asked; the one table of failures.
 *
 * @param reason a CamelCase word for machines
 * @param sentence for people: what to do instead, where there is something
 * @param fate what becomes of the request and its connection
 */
record Problem(int status, String reason, String sentence, Fate fate) {

  /** What became of a request that failed. */
  enum Fate {
    /** It was looked at, and its answer is final. */
    FINAL,
    /** As FINAL, and the rest of it is not read. */
    CUT,
    /** Nothing was begun: it may go elsewhere. */
    UNEXECUTED,
    /** As UNEXECUTED, and this connection is of no more use. */
    UNEXECUTED_CUT
  }

  static Problem badRequest(String sentence) {
    return new Problem(400, "BadRequest", sentence, Fate.FINAL);
  }

  static Problem modelFailed(String sentence) {
    return new Problem(500, "ModelFailed", sentence, Fate.FINAL);
  }

  static Problem otherModel(Config config) {
    return new Problem(
        404,
        "UnknownModel",
        "this server serves the model '"
            + config.modelName()
            + "', version '"
            + config.modelVersion()
            + "'",
        Fate.FINAL);
  }

  static Problem noSuchPath(String path) {
    return new Problem(404, "UnknownPath", "no such path: " + path, Fate.FINAL);
  }

  static Problem wrongMethod(String method) {
    return new Problem(
        405, "WrongMethod", "this path does not take " + method + ": see GET /v2", Fate.FINAL);
  }

  static Problem tooLarge(int most) {
    return new Problem(413, "TooLarge", "the body is larger than " + most + " bytes", Fate.CUT);
  }

  static Problem otherInstance(String meant) {
    return new Problem(421, "OtherInstance", "this is not the instance " + meant, Fate.UNEXECUTED);
  }

  /** Of a pool's pod that nobody claimed, or that is spent. */
  static Problem noEndpoint(String state) {
    return new Problem(
        503, "NoEndpoint", "this pod of a warm pool serves nothing: " + state, Fate.UNEXECUTED);
  }

  static Problem wrongClaimKey() {
    return new Problem(401, "Unauthorized", "this is not this pod's claim key", Fate.CUT);
  }

  static Problem claimGone(String why) {
    return new Problem(410, "Gone", why, Fate.FINAL);
  }

  /** {@code loading} is in progress or has failed. */
  static Problem notLoaded(Loading loading) {
    String sentence =
        loading.reason().isEmpty()
            ? "the model is being loaded; try again"
            : "the model cannot be served: " + loading.reason() + ": " + loading.message();
    return new Problem(
        503, loading.reason().isEmpty() ? "Loading" : loading.reason(), sentence, Fate.UNEXECUTED);
  }

  static Problem draining() {
    return new Problem(
        503, "Draining", "this replica is shutting down; try again", Fate.UNEXECUTED_CUT);
  }

  /**
   * Final, not unexecuted: a replica that is full is fine, and must not be taken for a lost one.
   */
  static Problem full() {
    return new Problem(
        503, "TooManyRequests", "too many requests wait for this replica", Fate.FINAL);
  }

  static Problem noRoom() {
    return new Problem(
        503,
        "TooManyBytes",
        "the requests that wait for this replica are too large together",
        Fate.CUT);
  }

  /** As the Open Inference Protocol says it. */
  Answer asV2() {
    return withFate(
        Json.object(
            json -> {
              json.writeStringField("error", sentence);
              json.writeStringField("reason", reason);
            }));
  }

  /** As the plain prediction says it. */
  Answer asPrediction(String requestId) {
    return withFate(
        Json.object(
            json -> {
              json.writeStringField("status", "error");
              json.writeStringField("message", sentence);
              json.writeStringField("request_id", requestId);
            }));
  }

  private Answer withFate(byte[] body) {
    Answer answer = Answer.json(status, body);
    return switch (fate) {
      case FINAL -> answer;
      case CUT -> answer.asLast();
      case UNEXECUTED -> answer.asUnexecuted();
      case UNEXECUTED_CUT -> answer.asUnexecuted().asLast();
    };
  }
}
