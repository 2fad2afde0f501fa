package dev.reveille.operator.metricsapi;

import dev.reveille.operator.Wire;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Secret from which the activators take their certificate; the chart makes it empty. */
final class ServingSecret {
  private static final Logger LOG = LoggerFactory.getLogger(ServingSecret.class);
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final String namespace;

  ServingSecret(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** The name that kube-apiserver calls the Service by. */
  String dnsName() {
    return Wire.METRICS_SERVICE + "." + namespace + ".svc";
  }

  /**
   * Does what is due, one step at a time; what the Secret holds afterwards. Empty: not known now.
   *
   * @param known the authorities that the cluster was told of; empty text: none
   */
  Optional<Certificates> tend(String known, Instant now) {
    Secret secret = client.secrets().inNamespace(namespace).withName(Wire.METRICS_SECRET).get();
    if (secret == null) {
      return Optional.empty();
    }
    Optional<Certificates> there = Certificates.parse(secret.getData());
    boolean trusted = there.filter(each -> each.caBundle().equals(known)).isPresent();
    return switch (Rotation.decide(there, dnsName(), trusted, now)) {
      case Rotation.Keep() -> there;
      case Rotation.Begin() -> write(secret, Certificates.first(Issued.by(dnsName(), now)));
      case Rotation.Prepare() ->
          there.flatMap(each -> write(secret, each.followedBy(Issued.by(dnsName(), now))));
      case Rotation.Promote() -> there.flatMap(each -> write(secret, each.promoted()));
    };
  }

  private Optional<Certificates> write(Secret read, Certificates certificates) {
    try {
      client.resource(new SecretBuilder(read).withData(certificates.data()).build()).update();
      LOG.info("the metrics listener's certificate: {}", certificates.current());
      return Optional.of(certificates);
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return Optional.empty(); // another wrote; the next look finds it
      }
      throw e;
    }
  }
}
