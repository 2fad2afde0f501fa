package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** The Prometheus text of Reveille's activators, all of them together. */
public final class Figures {
  /** The activator's internal port (the table "wire contract" in ARCHITECTURE.md). */
  private static final int INTERNAL_PORT = 8081;

  private final Cluster cluster;

  public Figures(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The sum of a series' values over the activators; the labels are parts of the line. */
  public double sum(String name, String... labels) {
    return cluster.components(Cluster.ACTIVATOR).stream()
        .flatMap(this::lines)
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> Stream.of(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private Stream<String> lines(Pod pod) {
    try (LocalPortForward forward =
            cluster
                .client()
                .pods()
                .inNamespace(Cluster.SYSTEM)
                .withName(pod.getMetadata().getName())
                .portForward(INTERNAL_PORT);
        var in =
            URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/metrics")
                .toURL()
                .openStream()) {
      return List.of(new String(in.readAllBytes(), UTF_8).split("\n")).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
