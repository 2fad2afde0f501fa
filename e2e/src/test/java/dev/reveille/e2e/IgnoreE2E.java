package dev.reveille.e2e;

import static dev.reveille.crds.EndpointState.ASLEEP;
import static dev.reveille.crds.EndpointState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.Answer;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Health checks and the like are answered, and neither wake an endpoint nor keep it awake. */
class IgnoreE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("ignore");

  private static Answer send(Endpoint endpoint, String method, String path, String agent) {
    HttpRequest.Builder request =
        SANDBOX
            .gateway()
            .request(endpoint.path(path))
            .header("User-Agent", agent)
            .method(method, BodyPublishers.noBody());
    return SANDBOX.gateway().send(request);
  }

  @Test
  void probesFindASleepingEndpointHealthyAndLetAnAwakeOneSleep() {
    Endpoint endpoint =
        SANDBOX
            .addOne("probed")
            .with("scaling.idleSeconds", 5)
            .with("requests.ignore.userAgents", List.of("Acme-Monitor/"))
            .with("requests.ignore.paths", List.of("/ping"))
            .apply();
    endpoint.awaitAsleep();
    expectHealthyAsleep(endpoint);
    assertEquals(0, endpoint.wantedReplicas(), "nothing woke it");

    AddOne.check(1, endpoint.infer(AddOne.request(1)));
    endpoint.awaitState(READY);
    assertEquals(
        "{\"ready\":true}",
        send(endpoint, "GET", "/v2/health/ready", "kube-probe/1.34").expect(200).body(),
        "the pod answers");
    Await.that(
        "it sleeps, though it is probed all the time",
        () -> {
          send(endpoint, "GET", "/v2/health/ready", "kube-probe/1.34").expect(200);
          send(endpoint, "HEAD", "/", "curl/8");
          return endpoint.status();
        },
        status -> status.state() == ASLEEP);
    assertEquals(1, endpoint.status().coldStarts().count(), "one call woke it");

    endpoint.with("paused", true).apply();
    Await.that(
            "a paused one is not healthy",
            () -> send(endpoint, "GET", "/healthz", "GoogleHC/1.0"),
            answer -> answer.status() == 503)
        .expectRefusal(503, "Paused");
  }

  private static void expectHealthyAsleep(Endpoint endpoint) {
    List<Answer> answers =
        List.of(
            send(endpoint, "GET", "/anything", "kube-probe/1.34"),
            send(endpoint, "GET", "/anything", "ELB-HealthChecker/2.0"),
            send(endpoint, "GET", "/anything", "Acme-Monitor/1"),
            send(endpoint, "GET", "/ping", "curl/8"),
            send(endpoint, "GET", "/v2/health/ready", "curl/8"),
            send(endpoint, "HEAD", "/", "curl/8"));
    for (Answer answer : answers) {
      assertEquals("Asleep", answer.expect(200).header("X-Reveille-State").orElse("none"));
    }
    Answer options = send(endpoint, "OPTIONS", "/", "curl/8").expect(204);
    assertEquals("GET, HEAD, POST, OPTIONS", options.header("Allow").orElse("none"));
  }
}
