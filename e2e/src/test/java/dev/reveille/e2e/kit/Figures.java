package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** The Prometheus text of one of Reveille's components, all replicas together. */
public final class Figures {
  /** The activator's internal port (the table "wire contract" in ARCHITECTURE.md). */
  private static final int INTERNAL_PORT = 8081;

  private static final int OPERATOR_PORT = 8080;

  private final Cluster cluster;
  private final String component;

  /** Those of the activators. */
  public Figures(Cluster cluster) {
    this(cluster, Cluster.ACTIVATOR);
  }

  public Figures(Cluster cluster, String component) {
    this.cluster = cluster;
    this.component = component;
  }

  /** The sum of a series' values over the replicas; the labels are parts of the line. */
  public double sum(String name, String... labels) {
    return each(name, labels).stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Its value at each replica that has one. */
  public List<Double> each(String name, String... labels) {
    return cluster.components(component).stream()
        .flatMap(pod -> text(pod).lines())
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Stream.of(labels).allMatch(line::contains))
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .toList();
  }

  /** All that one replica says. */
  public String text(Pod pod) {
    int port = component.equals(Cluster.OPERATOR) ? OPERATOR_PORT : INTERNAL_PORT;
    try (LocalPortForward forward =
            cluster
                .client()
                .pods()
                .inNamespace(Cluster.SYSTEM)
                .withName(pod.getMetadata().getName())
                .portForward(port);
        var in =
            URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/metrics")
                .toURL()
                .openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Requests of the endpoint that run, at all activators. */
  public static double running(Sandbox sandbox, Endpoint endpoint) {
    return new Figures(sandbox.cluster())
        .sum("reveille_in_flight", "\"" + endpoint.name() + "\"", sandbox.namespace());
  }
}
