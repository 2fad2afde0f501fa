package dev.reveille.activator.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reveille.activator.wake.Scaler.Outcome;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an API server that is in trouble. */
class KubernetesScalerTest {
  private final List<String> methods = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  /** The scale is not zero any more, and to look at it fails. */
  private void answer(HttpExchange exchange) throws IOException {
    methods.add(exchange.getRequestMethod());
    exchange.getRequestBody().readAllBytes();
    int status = exchange.getRequestMethod().equals("GET") ? 500 : 422;
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** Whoever waits for a wake has it tried again; the client's ten tries would hold that up. */
  @Test
  void aFailedCallIsNotRepeatedByTheClient() {
    Outcome outcome = new KubernetesScaler(client).raise("demo", "minilm", 1);
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertEquals(List.of("PATCH", "GET"), methods);
  }
}
