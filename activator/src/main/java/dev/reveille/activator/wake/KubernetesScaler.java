package dev.reveille.activator.wake;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Writes the scale subresource, upward only. From zero in one call: a JSON patch whose test fails
 * when somebody was there before. Otherwise read, then written guarded by its resource version.
 */
public final class KubernetesScaler implements Scaler {
  private static final int CONFLICT = 409;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int MOST_TRIES = 5;

  /** Nobody else asks for the endpoint while one call is out: it has to be over soon. */
  private static final int TIMEOUT_MILLIS = 2000;

  private static final RequestConfig ONCE =
      new RequestConfigBuilder()
          .withRequestTimeout(TIMEOUT_MILLIS)
          .withRequestRetryBackoffLimit(0)
          .build();

  private static final int REHEARSALS = 30;
  private static final String NOBODY = "reveille-rehearsal";

  private final KubernetesClient client;

  public KubernetesScaler(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Outcome raise(String namespace, String name, int wanted) {
    try {
      int status = patchFromZero(namespace, name, wanted);
      if (status / 100 == 2) {
        return new Outcome.Raised();
      }
      return switch (status) {
        case NOT_FOUND -> new Outcome.Failed("there is no Deployment yet");
        case FORBIDDEN -> forbidden(namespace, name);
        default -> once(prompt -> guarded(prompt, namespace, name, wanted));
      };
    } catch (CompletionException e) {
      return new Outcome.Failed(String.valueOf(e.getCause()));
    }
  }

  /** There is no such Deployment: nothing but a 404 comes of it. */
  @Override
  public void rehearse() {
    for (int i = 0; i < REHEARSALS; i++) {
      if (raise(NOBODY, NOBODY, 1) instanceof Outcome.Forbidden) {
        return;
      }
    }
  }

  private static Outcome forbidden(String namespace, String name) {
    return new Outcome.Forbidden(
        "the activator may not scale Deployment %s/%s; see to the ClusterRole reveille-activator"
            .formatted(namespace, name));
  }

  private int patchFromZero(String namespace, String name, int wanted) {
    URI uri =
        URI.create(
            client.getMasterUrl()
                + "apis/apps/v1/namespaces/"
                + namespace
                + "/deployments/"
                + name
                + "/scale");
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(uri)
            .method("PATCH", "application/json-patch+json", fromZero(wanted))
            .build();
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.getHttpClient().sendAsync(request, byte[].class);
    return sent.orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).join().code();
  }

  /** A scale of zero has an empty spec: the field is left out. */
  private static String fromZero(int wanted) {
    return """
        [{"op": "test", "path": "/spec", "value": {}},
         {"op": "add", "path": "/spec/replicas", "value": %d}]"""
        .formatted(wanted);
  }

  /** The client's own habit is ten tries of ten seconds each. */
  private Outcome once(Function<KubernetesClient, Outcome> calls) {
    return client
        .adapt(NamespacedKubernetesClient.class)
        .withRequestConfig(ONCE)
        .call(calls::apply);
  }

  private static Outcome guarded(
      KubernetesClient prompt, String namespace, String name, int wanted) {
    RollableScalableResource<Deployment> deployment =
        prompt.apps().deployments().inNamespace(namespace).withName(name);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        Scale scale = deployment.scale();
        if (scale == null) {
          return new Outcome.Failed("there is no Deployment yet");
        }
        Integer now = scale.getSpec().getReplicas();
        if (now != null && now >= wanted) {
          return new Outcome.Enough();
        }
        scale.getSpec().setReplicas(wanted);
        deployment.scale(scale);
        return new Outcome.Raised();
      } catch (KubernetesClientException e) {
        if (e.getCode() == FORBIDDEN) {
          return forbidden(namespace, name);
        }
        if (e.getCode() != CONFLICT) {
          return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
      }
    }
    return new Outcome.Failed("others kept writing the scale");
  }
}
