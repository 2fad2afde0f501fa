package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.depot.Handout;
import dev.reveille.crds.Keys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;

/** Hands a pod its model, from the depot; waits for a fetch that goes on. */
final class Models {
  private static final long LONGEST_WAIT_MILLIS = 20_000;

  private final Vertx vertx;
  private final Depot depot;

  Models(Vertx vertx, Depot depot) {
    this.vertx = vertx;
    this.depot = depot;
  }

  void get(Message message, Keys keys, String modelId) {
    String uid = message.header(Wire.ENDPOINT);
    String revision = message.header(Wire.REVISION);
    if (!message.shows(keys.endpoint(uid, revision, modelId))) {
      return;
    }
    long timer =
        vertx.setTimer(
            LONGEST_WAIT_MILLIS,
            late -> message.refuse(503, "Fetching", "the model is still being fetched"));
    depot
        .handOut(modelId)
        .onSuccess(
            handout -> {
              vertx.cancelTimer(timer);
              hand(message, handout);
            });
  }

  private static void hand(Message message, Handout handout) {
    HttpServerResponse response = message.request().response();
    if (response.ended() || response.closed()) {
      return;
    }
    switch (handout) {
      case Handout.Model model ->
          response
              .putHeader("Content-Type", "application/octet-stream")
              .putHeader("ETag", '"' + model.digest() + '"')
              .sendFile(model.file().toString())
              .onFailure(broken -> response.reset());
      case Handout.NotNow(String reason, String why) -> message.refuse(503, reason, why);
      case Handout.Never(String reason, String why) -> message.refuse(502, reason, why);
    }
  }
}
