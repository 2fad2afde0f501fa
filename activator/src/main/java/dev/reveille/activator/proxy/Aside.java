package dev.reveille.activator.proxy;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Refusal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that is no demand (see {@code Ignored}): a backend answers it if there is one, else the
 * activator does, for an endpoint that can be woken is healthy; and always for one with a hard
 * limit. It never waits, wakes or counts.
 */
final class Aside {
  private static final long CONNECT_MILLIS = 1000;
  private static final long ANSWER_MILLIS = 5000;
  private static final String STATE = "X-Reveille-State";

  private final Proxy.Parts parts;
  private final Endpoint endpoint;
  private final Call call;
  private final HttpServerResponse response;
  private @Nullable HttpClientRequest upstream;

  Aside(Proxy.Parts parts, Endpoint endpoint, Call call) {
    this.parts = parts;
    this.endpoint = endpoint;
    this.call = call;
    this.response = call.request().response();
  }

  void start() {
    endpoint.meters().ignored();
    response.closeHandler(closed -> leave());
    boolean counts = endpoint.spec().scaling().containerConcurrency() > 0;
    Optional<Backend> backend =
        counts ? Optional.empty() : endpoint.gate().glimpse(parts.nanoTime().getAsLong());
    if (backend.isPresent()) {
      ask(backend.get());
    } else {
      answer();
    }
  }

  /** A body, which these methods hardly have, is not passed on. */
  private void ask(Backend backend) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(call.request().method())
            .setHost(backend.host())
            .setPort(backend.port())
            .setURI(call.uri())
            .setConnectTimeout(CONNECT_MILLIS)
            .setIdleTimeout(ANSWER_MILLIS);
    parts
        .upstream()
        .speaking(endpoint.spec().speaksHttp2())
        .request(options)
        .compose(
            to -> {
              upstream = to;
              Headers.send(call, to, backend.instance(), 0);
              return to.send();
            })
        .onSuccess(this::pass)
        .onFailure(unreachable -> answer());
  }

  private void pass(HttpClientResponse from) {
    if (from.getHeader(Wire.UNEXECUTED) != null) { // it is going away
      from.exceptionHandler(expected -> {});
      leave();
      answer();
      return;
    }
    Answer.pass(call, from, parts, new Passing());
  }

  private final class Passing implements Answer.Listener {
    @Override
    public void whole(Future<Void> written) {
      upstream = null;
      Leftover.skip(call.request(), written, parts.vertx());
    }

    @Override
    public void cut() {
      Answer.breakOff(call);
    }
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
      Refusals.send(call.request(), wrong.get(), call.id(), parts.vertx());
      return;
    }
    String state = endpoint.state(parts.nanoTime().getAsLong());
    response.putHeader(STATE, state);
    Leftover.announce(call.request());
    Leftover.skip(call.request(), say(state), parts.vertx());
  }

  private Future<Void> say(String state) {
    return call.request().method().equals(HttpMethod.OPTIONS)
        ? response.setStatusCode(204).putHeader("Allow", "GET, HEAD, POST, OPTIONS").end()
        : response
            .setStatusCode(200)
            .putHeader("Content-Type", "application/json")
            .end("{\"state\":\"" + state + "\"}");
  }
}
