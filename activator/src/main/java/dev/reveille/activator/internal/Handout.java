package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.depot.Depot;
import dev.reveille.activator.depot.Graphs;
import dev.reveille.crds.Keys;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Hands models of the depot to pods that show their key; one that is being fetched is awaited. A
 * pod that can load a prepared graph gets that instead, or is asked to prepare it.
 */
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
    if (message.request().method().equals(HttpMethod.PUT)) {
      take(message, modelId);
    } else {
      depot.settled(modelId).onComplete(settled -> answer(message, modelId));
    }
  }

  private Graphs.Key graph(Message message, String modelId, String digest) {
    String format = message.header(Wire.GRAPH);
    boolean broken = format.startsWith(Wire.BROKEN);
    return new Graphs.Key(
        message.header(Wire.ENDPOINT),
        modelId,
        digest,
        broken ? format.substring(Wire.BROKEN.length()) : format);
  }

  private void take(Message message, String modelId) {
    String digest = depot.digest(modelId);
    if (digest == null) {
      message.refuse(404, "the model is not here");
      return;
    }
    if (!digest.equals(message.header(Wire.MODEL_DIGEST))) {
      message.refuse(409, "it was made of another model");
      return;
    }
    depot
        .graphs()
        .take(graph(message, modelId, digest), message.request(), message.length())
        .onSuccess(taken -> message.taken())
        .onFailure(failed -> message.refuse(409, String.valueOf(failed.getMessage())));
  }

  private void answer(Message message, String modelId) {
    HttpServerResponse response = message.request().response();
    if (response.closed()) {
      return;
    }
    Optional<Path> file = depot.file(modelId);
    String digest = depot.digest(modelId);
    if (file.isPresent() && digest != null) {
      response.putHeader(Wire.MODEL_DIGEST, digest);
      send(message, graph(message, modelId, digest), file.get());
      return;
    }
    absent(message, modelId);
  }

  private void send(Message message, Graphs.Key key, Path source) {
    HttpServerResponse response = message.request().response();
    if (message.header(Wire.GRAPH).startsWith(Wire.BROKEN)) {
      depot.graphs().drop(key.endpointUid());
    }
    Optional<Path> prepared = depot.graphs().file(key);
    if (prepared.isPresent()) {
      response.putHeader(Wire.GRAPH, key.format());
    } else if (depot.graphs().isWanted(key)) {
      response.putHeader(Wire.GRAPH_TO, message.here());
    }
    response
        .sendFile(prepared.orElse(source).toString())
        .onFailure(
            failed -> {
              if (!response.headWritten()) {
                message.error(503, "it is gone just now; ask again");
              }
            });
  }

  private void absent(Message message, String modelId) {
    Optional<Depot.Report> failed =
        depot.report(modelId).filter(report -> report.state().equals("failed"));
    if (failed.isPresent()) {
      message.answer(502, Map.of("error", failed.get().message(), "reason", failed.get().reason()));
    } else {
      message.answer(503, Map.of("error", "the model is being fetched", "reason", "Fetching"));
    }
  }
}
