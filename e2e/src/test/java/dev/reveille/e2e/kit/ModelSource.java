package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The HTTP server that models are fetched from; it can also fetch, as a client in the cluster. */
public final class ModelSource {
  /** The variable that names its image. */
  private static final String IMAGE = "REVEILLE_MODEL_SOURCE_IMAGE";

  private static final String NAMESPACE = "reveille-e2e-source";
  private static final String NAME = "model-source";

  private ModelSource() {}

  /** Its image: also a server that is not ours, for endpoints that bring their own. */
  public static String image() {
    return Cluster.image(IMAGE);
  }

  /** Where the depot finds a model file of the tests. */
  public static String uri(String file) {
    return "http://" + NAME + "." + NAMESPACE + "/models/" + file;
  }

  /** Where it finds as many zeros, which are no model; the name makes it one of its own. */
  public static String zeros(String name, long bytes) {
    return "http://" + NAME + "." + NAMESPACE + "/zeros?bytes=" + bytes + "&name=" + name;
  }

  /** What an HTTP GET of the URL answers inside the cluster. */
  public static String fetch(Cluster cluster, String url) {
    String path =
        "/api/v1/namespaces/%s/services/%s:http/proxy/fetch?url=%s"
            .formatted(NAMESPACE, NAME, URLEncoder.encode(url, UTF_8));
    String answer = cluster.client().raw(path);
    if (answer == null) {
      throw new AssertionError(url + " is not found inside the cluster");
    }
    return answer;
  }

  /** Once for all test classes; gone when the last one has ended. */
  static void deploy(Cluster cluster, ExtensionContext root) {
    root.getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Deployed.class, key -> new Deployed(cluster), Deployed.class);
  }

  /** For a program that runs by itself; gone when closed. */
  public static Deployed deploy(Cluster cluster) {
    return new Deployed(cluster);
  }

  /** The running server. */
  public static final class Deployed implements AutoCloseable {
    private final Cluster cluster;

    Deployed(Cluster cluster) {
      this.cluster = cluster;
      Await.that(
          "namespace " + NAMESPACE + " of an earlier run is gone",
          () -> cluster.client().namespaces().withName(NAMESPACE).get(),
          earlier -> earlier == null || !earlier.isMarkedForDeletion());
      cluster
          .client()
          .namespaces()
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
          .fieldManager("e2e")
          .serverSideApply();
      for (HasMetadata object : manifests(cluster)) {
        cluster
            .client()
            .resource(object)
            .inNamespace(NAMESPACE)
            .fieldManager("e2e")
            .forceConflicts()
            .serverSideApply();
      }
      Await.that(
          "the model source runs in namespace " + NAMESPACE,
          () -> cluster.client().apps().deployments().inNamespace(NAMESPACE).withName(NAME).get(),
          Rollout::isComplete);
    }

    /** Those of the demo. */
    private static List<HasMetadata> manifests(Cluster cluster) {
      try {
        String text =
            Files.readString(Cluster.ROOT.resolve("e2e/demo/model-source.yaml"))
                .replace("MODEL_SOURCE_IMAGE", image());
        return cluster.client().load(new ByteArrayInputStream(text.getBytes(UTF_8))).items();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      cluster.client().namespaces().withName(NAMESPACE).delete();
    }
  }
}
