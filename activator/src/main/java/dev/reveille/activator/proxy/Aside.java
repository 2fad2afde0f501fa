package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Refusal;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that is no demand (see {@code Ignored}): a backend answers it if there is one, else the
 * activator does, for an endpoint that can be woken is healthy. It never waits, wakes or counts.
 */
final class Aside {
  private static final long CONNECT_MILLIS = 1000;
  private static final long ANSWER_MILLIS = 5000;
  private static final String STATE = "X-Reveille-State";

  private final Proxy.Parts parts;
  private final Endpoint endpoint;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final String uri;
  private final String id;
  private @Nullable HttpClientRequest upstream;

  Aside(Proxy.Parts parts, Endpoint endpoint, HttpServerRequest request, String uri, String id) {
    this.parts = parts;
    this.endpoint = endpoint;
    this.request = request;
    this.response = request.response();
    this.uri = uri;
    this.id = id;
  }

  void start() {
    endpoint.meters().ignored();
    response.closeHandler(closed -> leave());
    Optional<Backend> backend = endpoint.gate().glimpse(parts.nanoTime().getAsLong());
    if (backend.isPresent()) {
      ask(backend.get());
    } else {
      answer();
    }
  }

  /** What is left of a body goes nowhere: these methods have none to speak of. */
  private void ask(Backend backend) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(backend.host())
            .setPort(backend.port())
            .setURI(uri)
            .setConnectTimeout(CONNECT_MILLIS)
            .setIdleTimeout(ANSWER_MILLIS);
    parts
        .http()
        .request(options)
        .compose(
            to -> {
              upstream = to;
              Headers.send(request, to, id, backend.instance());
              return to.send();
            })
        .onSuccess(this::pass)
        .onFailure(unreachable -> answer());
  }

  private void pass(HttpClientResponse from) {
    from.exceptionHandler(cut -> {}); // the pipe tells
    if (from.getHeader(Wire.UNEXECUTED) != null) { // it is going away
      leave();
      answer();
      return;
    }
    Headers.frame(request, from, response);
    from.pipe().endOnFailure(false).to(response).onFailure(cut -> response.reset());
  }

  private void leave() {
    HttpClientRequest sent = upstream;
    upstream = null;
    if (sent != null) {
      sent.reset();
    }
  }

  /** For the endpoint, from what is known of it. */
  private void answer() {
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    Optional<Refusal> wrong =
        endpoint.gate().refusal().or(() -> parts.waker().unavailable(endpoint)).or(endpoint::wrong);
    if (wrong.isPresent()) {
      Refusals.send(response, wrong.get(), id);
      return;
    }
    String state = endpoint.state(parts.nanoTime().getAsLong());
    response.putHeader(STATE, state);
    if (request.method().equals(HttpMethod.OPTIONS)) {
      response.setStatusCode(204).putHeader("Allow", "GET, HEAD, POST, OPTIONS").end();
    } else {
      response
          .setStatusCode(200)
          .putHeader("Content-Type", "application/json")
          .end("{\"state\":\"" + state + "\"}");
    }
  }
}
