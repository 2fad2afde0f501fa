package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.depot.Depot;
import dev.reveille.crds.Keys;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Hands models of the depot to pods that show their key; one that is being fetched is awaited. */
final class Handout {
  private final Keys keys;
  private final Depot depot;

  Handout(Keys keys, Depot depot) {
    this.keys = keys;
    this.depot = depot;
  }

  void handle(Message message, String modelId) {
    String uid = message.header(Wire.ENDPOINT);
    String revision = message.header(Wire.REVISION);
    if (!message.shows(keys.endpoint(uid, revision, modelId))) {
      message.unauthorized();
      return;
    }
    depot.settled(modelId).onComplete(settled -> answer(message, modelId));
  }

  private void answer(Message message, String modelId) {
    Optional<Path> file = depot.file(modelId);
    if (message.request().response().closed()) {
      return;
    }
    if (file.isPresent()) {
      message.request().response().sendFile(file.get().toString());
      return;
    }
    Optional<Depot.Report> failed =
        depot.report(modelId).filter(report -> report.state().equals("failed"));
    if (failed.isPresent()) {
      message.answer(502, Map.of("error", failed.get().message(), "reason", failed.get().reason()));
    } else {
      message.answer(503, Map.of("error", "the model is being fetched", "reason", "Fetching"));
    }
  }
}
