package dev.reveille.e2e.bench;

import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The program of `make bench-proxy`: what a warm request costs through an activator, beside nginx
 * and HAProxy in front of the same backend, and beside the backend alone. All take turns in one
 * run, on the same cores, under the same load.
 */
final class ProxyBench {
  private static final int NGINX_PORT = 18101;
  private static final int HAPROXY_PORT = 18102;
  private static final int[] CONNECTIONS = {1, 16, 64};
  private static final int WARM_UP_CONNECTIONS = 64;
  private static final int WARM_UP_SECONDS = 5;

  private final Path tools;
  private final Wrk wrk;
  private final int rounds;
  private final int seconds;

  private ProxyBench(Map<String, String> environment) {
    this.tools = Path.of(environment.get("BENCH_TOOLS"));
    this.wrk = new Wrk(tools.resolve("usr/bin/wrk"), Cluster.ROOT.resolve("e2e/bench-proxy.lua"));
    this.rounds = Integer.parseInt(environment.getOrDefault("ROUNDS", "5"));
    this.seconds = Integer.parseInt(environment.getOrDefault("ROUND_SECONDS", "3"));
  }

  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    new ProxyBench(System.getenv()).run();
    System.exit(0); // clients of the API leave threads behind
  }

  private void run() throws IOException {
    try (Sandbox sandbox = Sandbox.open("bench-proxy")) {
      Endpoint endpoint =
          sandbox
              .endpoint("warm")
              .with("container.image", ModelSource.image())
              .with("container.readinessPath", "/healthz")
              .with("scaling.minReplicas", 1)
              .with("scaling.maxReplicas", 1)
              .with("requests.maxBodyBytes", "64Mi")
              .apply();
      endpoint.awaitState(EndpointState.READY);
      endpoint.awaitRollout();
      sandbox.gateway().get(endpoint.path("/ok")).expect(200);
      Pod backend = endpoint.pods().getFirst();
      Pod activator = sandbox.cluster().components(Cluster.ACTIVATOR).getFirst();
      String host = endpoint.name() + "." + sandbox.namespace();
      compare(backend.getStatus().getPodIP(), activator.getStatus().getPodIP(), host);
      new Large(http(activator.getStatus().getPodIP(), 8080), host, sandbox.cluster()).measure();
    }
  }

  private void compare(String backend, String activator, String host) throws IOException {
    Path folder = Files.createTempDirectory("bench-proxy");
    try (Rival nginx =
            Rival.nginx(tools.resolve("usr/sbin/nginx"), folder, backend + ":8080", NGINX_PORT);
        Rival haproxy =
            Rival.haproxy(
                tools.resolve("usr/sbin/haproxy"), folder, backend + ":8080", HAPROXY_PORT)) {
      List<Contender> contenders =
          List.of(
              Contender.direct(http(backend, 8080)),
              Contender.of(nginx),
              Contender.of(haproxy),
              Contender.activator(
                  http(activator, 8080), http(activator, 8081).resolve("/metrics")));
      for (Contender contender : contenders) {
        contender.measure(wrk, host, WARM_UP_CONNECTIONS, WARM_UP_SECONDS);
      }
      for (int connections : CONNECTIONS) {
        Turns turns = new Turns(connections);
        for (int round = 0; round < rounds; round++) {
          for (Contender contender : contenders) {
            turns.add(contender, contender.measure(wrk, host, connections, seconds));
          }
        }
        System.out.println(turns);
      }
    }
  }

  private static URI http(String host, int port) {
    return URI.create("http://" + host + ":" + port);
  }
}
