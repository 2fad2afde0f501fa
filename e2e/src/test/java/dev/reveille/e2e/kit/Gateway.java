package dev.reveille.e2e.kit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The way in that clients use: the activators' data port, by the URL that was given or else through
 * a port-forward to one of their pods.
 */
public final class Gateway {
  /** The activator's data port (the table "wire contract" in ARCHITECTURE.md). */
  private static final int DATA_PORT = 8080;

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private LocalPortForward forward;
  private String forwardedPod;

  Gateway(Cluster cluster, String url) {
    this.cluster = cluster;
    this.url = url;
  }

  /** A request to build on; its timeout is set. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base() + path)).timeout(TIMEOUT);
  }

  /** Connections are spread over several activators; a port-forward leads to one of them. */
  public boolean leadsToSeveral() {
    return url != null && cluster.components(Cluster.ACTIVATOR).size() > 1;
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer post(String path, String json) {
    return send(posting(path, json));
  }

  public HttpRequest.Builder posting(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  /** Sends and waits for the whole answer; a connection that breaks fails the test. */
  public Answer send(HttpRequest.Builder request) {
    try {
      return sendAsync(request).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new UncheckedIOException("the activator did not answer: " + cause, cause);
      }
      throw e;
    }
  }

  /** Completes with the answer, or with the IOException that cut it off. */
  public CompletableFuture<Answer> sendAsync(HttpRequest.Builder request) {
    long began = System.nanoTime();
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .thenApply(
            response ->
                new Answer(
                    response.statusCode(),
                    response.headers(),
                    response.body(),
                    (System.nanoTime() - began) / 1e6));
  }

  /** Where it is now, for a client of another kind. */
  public URI uri() {
    return URI.create(base());
  }

  private synchronized String base() {
    if (url != null) {
      return url;
    }
    List<Pod> pods = cluster.components(Cluster.ACTIVATOR);
    boolean gone = pods.stream().noneMatch(pod -> pod.getMetadata().getName().equals(forwardedPod));
    if (gone) {
      forwardTo(pods.getLast());
    }
    return "http://127.0.0.1:" + forward.getLocalPort();
  }

  private void forwardTo(Pod pod) {
    try {
      if (forward != null) {
        forward.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    forwardedPod = pod.getMetadata().getName();
    forward =
        cluster
            .client()
            .pods()
            .inNamespace(Cluster.SYSTEM)
            .withName(forwardedPod)
            .portForward(DATA_PORT);
  }
}
