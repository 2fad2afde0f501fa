package dev.reveille.activator.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client library says when it has no connection, and whose fault that is. */
class FaultTest {
  private final Vertx vertx = Vertx.vertx();

  /** Held here: a client that nobody holds closes itself. */
  private final HttpClient one = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private CompletableFuture<HttpClientRequest> connect(int port) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost("127.0.0.1")
            .setPort(port)
            .setConnectTimeout(100);
    return one.request(options).toCompletionStage().toCompletableFuture();
  }

  private static Throwable failure(CompletableFuture<HttpClientRequest> connecting) {
    return assertThrows(CompletionException.class, connecting::join).getCause();
  }

  @Test
  void aPoolWithoutAFreeConnectionIsNotTheBackendsFault() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      assertNotNull(connect(server.getLocalPort()).join(), "the one there may be");
      Throwable none = failure(connect(server.getLocalPort()));
      assertEquals(Optional.empty(), Fault.ofConnecting(none), none::toString);
    }
  }

  @Test
  void aRefusedConnectionIs() throws Exception {
    int free;
    try (ServerSocket server = new ServerSocket(0)) {
      free = server.getLocalPort();
    }
    Throwable refused = failure(connect(free));
    assertEquals(Optional.of(Fault.UNREACHABLE), Fault.ofConnecting(refused), refused::toString);
  }
}
