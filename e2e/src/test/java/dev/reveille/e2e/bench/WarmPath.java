package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.MiniLm;
import dev.reveille.e2e.kit.Wire;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests to an endpoint that is awake, one after another: straight to its pod, and through an
 * activator. The two take turns in blocks, so that both see the same machine.
 *
 * @param direct milliseconds of each request to the pod
 * @param through milliseconds of each request through an activator
 */
record WarmPath(Spread direct, Spread through) {
  private static final int REQUESTS = 2000;
  private static final int BLOCK = 100;
  private static final int WARM_UP = 500;

  static WarmPath measure(URI gateway, Endpoint endpoint) {
    MiniLm.check(endpoint.infer(MiniLm.request()));
    endpoint.awaitRollout(); // the pod answers before the API knows its address
    Pod pod = endpoint.pods().getFirst();
    URI straight = URI.create("http://" + pod.getStatus().getPodIP() + ":8080");
    byte[] directRequest =
        Wire.post(
            straight.getAuthority(),
            "/v2/models/" + endpoint.name() + "/infer",
            MiniLm.request().getBytes(StandardCharsets.UTF_8));
    byte[] throughRequest = Wakes.inference(gateway, endpoint);
    List<Double> direct = new ArrayList<>();
    List<Double> through = new ArrayList<>();
    try (Wire pods = Wire.to(straight);
        Wire activators = Wire.to(gateway)) {
      for (int i = 0; i < WARM_UP; i++) {
        pods.ask(directRequest).expectOk();
        activators.ask(throughRequest).expectOk();
      }
      for (int done = 0; done < REQUESTS; done += BLOCK) {
        for (int i = 0; i < BLOCK; i++) {
          direct.add(pods.ask(directRequest).expectOk().millis());
        }
        for (int i = 0; i < BLOCK; i++) {
          through.add(activators.ask(throughRequest).expectOk().millis());
        }
      }
    }
    return new WarmPath(new Spread(direct), new Spread(through));
  }

  /** What passing through an activator costs a typical request, in milliseconds. */
  double added() {
    return through.p50() - direct.p50();
  }
}
