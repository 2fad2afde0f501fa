package dev.reveille.activator.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which endpoint a host or a path names. */
class RouterTest {
  @ParameterizedTest
  @CsvSource({
    "minilm.demo,                          /v2?a=b, demo, minilm, /v2?a=b",
    "minilm.demo:8080,                     /,       demo, minilm, /",
    "MiniLM.Demo.SVC,                      /,       demo, minilm, /",
    "minilm.demo.svc:80,                   /,       demo, minilm, /",
    "minilm.demo.svc.cluster.local,        /,       demo, minilm, /",
    "minilm.demo.svc.my.domain:80,         /,       demo, minilm, /",
    "anything, /namespaces/demo/endpoints/minilm/predict?x=1, demo, minilm, /predict?x=1",
    "anything, /namespaces/demo/endpoints/minilm,             demo, minilm, /",
    "anything, /namespaces/demo/endpoints/minilm?x=1,         demo, minilm, /?x=1",
    "a.b,      /namespaces/demo/endpoints/minilm/,            demo, minilm, /"
  })
  void namesAnEndpoint(String host, String uri, String namespace, String name, String rest) {
    assertEquals(new Route.ToEndpoint(namespace, name, rest), Router.route(host, uri));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost,                /",
    "127.0.0.1:8080,           /",
    "minilm.demo.example.com,  /",
    "minilm.demo.service.x,    /",
    "localhost,                /namespaces/demo",
    "localhost,                /namespaces/demo/pods/x",
    "localhost,                /namespaces//endpoints/x/",
    "localhost,                /namespaces/demo/endpoints/",
    ".demo,                    /",
    "minilm.,                  /"
  })
  void namesNone(String host, String uri) {
    assertEquals(new Route.Nowhere(), Router.route(host, uri));
  }

  @ParameterizedTest
  @CsvSource({
    "/reveille/v1/namespaces/demo/endpoints/m/wake,     true",
    "/reveille/v1/namespaces/demo/endpoints/m/wake?x=1, true",
    "/reveille/v1/namespaces/demo/endpoints/m/sleep,    false",
    "/reveille/v1/namespaces/demo/endpoints/m/wake/x,   false",
    "/reveille/v1/namespaces/demo,                      false"
  })
  void namesAnEndpointToWake(String uri, boolean wakes) {
    Route route = wakes ? new Route.ToWake("demo", "m") : new Route.Nowhere();
    assertEquals(route, Router.route("a.b", uri));
  }

  @org.junit.jupiter.api.Test
  void withoutAHostOnlyThePathCounts() {
    assertEquals(new Route.Nowhere(), Router.route(null, "/"));
    assertEquals(
        new Route.ToEndpoint("d", "m", "/x"), Router.route(null, "/namespaces/d/endpoints/m/x"));
  }
}
