package dev.reveille.activator;

import static dev.reveille.activator.Running.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.home.Sibling;
import dev.reveille.activator.route.Rendezvous;
import dev.reveille.crds.InferenceEndpointSpec;
import dev.reveille.crds.ScalingSpec;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of one activator that give up much of what it relays over HTTP/2. */
class RelayedResetsTest {
  private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();
  private static final int AT_ONCE = 40; // a caller; one connection of 100 streams took them all
  private static final int ROUNDS = 15; // 2 × 600 resets an event loop; 1000 ended a connection
  private static final long CANCEL = 8;

  private final List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
  private Running home;
  private Running guest;
  private OwnServer server;

  @BeforeEach
  void start(@TempDir Path depot) throws Exception {
    boolean first = Rendezvous.rank("uid-own", "a") < Rendezvous.rank("uid-own", "b");
    home = new Running(depot, first ? "a" : "b");
    guest = new Running(depot, first ? "b" : "a");
    server =
        new OwnServer(
            home.vertx,
            request -> {
              if (request.path().equals("/held")) {
                held.add(request);
              }
            });
    InferenceEndpointSpec spec =
        server.speaking("h2c").with(ScalingSpec.DEFAULTS.withContainerConcurrency(10_000));
    List<Sibling> ready =
        Stream.of(home, guest)
            .map(
                each ->
                    new Sibling(
                        (each == home) == first ? "a" : "b",
                        "127.0.0.1",
                        each.activator.dataPort()))
            .toList();
    for (Running each : List.of(home, guest)) {
      each.siblings = ready;
      each.endpoint("own", spec);
      each.pod("p", "uid-own", "", "127.0.0.1");
    }
  }

  @AfterEach
  void stop() {
    server.close();
    guest.close();
    home.close();
  }

  @Test
  void whatSomeGiveUpTakesNoneOfTheOthersAlong() {
    List<Caller> callers = new ArrayList<>();
    List<Future<Caller.Got>> kept = new ArrayList<>();
    for (int i = 0; i < 2 * EVENT_LOOPS; i++) {
      Caller caller = new Caller(guest, HttpVersion.HTTP_2);
      callers.add(caller);
      kept.add(caller.send("own.demo", HttpMethod.GET, "/held", null));
    }
    until("they run", () -> held.size() == callers.size());
    for (int round = 0; round < ROUNDS; round++) {
      int before = server.executed.get();
      List<HttpClientRequest> sent = callers.stream().flatMap(RelayedResetsTest::sendMany).toList();
      until("all run", () -> server.executed.get() == before + sent.size());
      sent.forEach(request -> request.reset(CANCEL));
    }
    assertTrue(kept.stream().noneMatch(Future::isComplete), "none was broken off");
    held.forEach(request -> request.response().end("kept"));
    kept.forEach(each -> assertEquals("kept", Caller.await(each).body().toString()));
    assertEquals(callers.size(), held.size(), "none was sent again");
  }

  private static Stream<HttpClientRequest> sendMany(Caller caller) {
    return Stream.generate(
            () -> {
              HttpClientRequest request =
                  Caller.await(caller.open("own.demo", HttpMethod.GET, "/given-up"));
              request.response().onFailure(expected -> {});
              request.end();
              return request;
            })
        .limit(AT_ONCE);
  }
}
