package dev.reveille.operator.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.crds.Keys;
import dev.reveille.operator.Config;
import dev.reveille.operator.Wire;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** Finds what this installation is; fills in the master key the first time. */
public final class Installations {
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Config config;

  public Installations(KubernetesClient client, Config config) {
    this.client = client;
    this.config = config;
  }

  /** What a look found. */
  sealed interface Found {
    record Here(Installation installation) implements Found {}

    /** Something of the chart is not there yet; {@code what} names it. */
    record Missing(String what) implements Found {}
  }

  /** The installation, once the chart's Secret and Service are there. */
  Found find() {
    Optional<Keys> keys = keys();
    if (keys.isEmpty()) {
      return new Found.Missing("no Secret " + Wire.KEYS_SECRET + " in " + config.namespace());
    }
    return internalAddress()
        .<Found>map(address -> new Found.Here(new Installation(config, keys.get(), address)))
        .orElseGet(
            () ->
                new Found.Missing(
                    "no Service %s with a cluster IP in %s"
                        .formatted(config.internalService(), config.namespace())));
  }

  private Optional<String> internalAddress() {
    Service service =
        client.services().inNamespace(config.namespace()).withName(config.internalService()).get();
    String ip = service == null ? null : service.getSpec().getClusterIP();
    if (ip == null || ip.isEmpty() || ip.equals("None")) {
      return Optional.empty();
    }
    return Optional.of((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + Wire.INTERNAL_PORT);
  }

  /**
   * The keys of the master key. The chart makes the Secret without one, so that neither Helm nor
   * GitOps ever renders a key; whoever comes first fills it in, guarded by the resource version.
   */
  private Optional<Keys> keys() {
    Secret secret =
        client.secrets().inNamespace(config.namespace()).withName(Wire.KEYS_SECRET).get();
    if (secret == null) {
      return Optional.empty();
    }
    String encoded = secret.getData() == null ? null : secret.getData().get(Wire.MASTER_KEY);
    if (encoded != null && !encoded.isEmpty()) {
      // The Secret holds the base64 text of the key; the API wraps it in base64 once more.
      return Optional.of(Keys.ofBase64(new String(Base64.getDecoder().decode(encoded), UTF_8)));
    }
    byte[] master = new byte[Keys.MASTER_BYTES];
    new SecureRandom().nextBytes(master);
    String text = Base64.getEncoder().encodeToString(master);
    try {
      client
          .resource(
              new SecretBuilder(secret)
                  .addToData(
                      Wire.MASTER_KEY, Base64.getEncoder().encodeToString(text.getBytes(UTF_8)))
                  .build())
          .update();
      return Optional.of(Keys.ofBase64(text));
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return Optional.empty(); // another filled it in; the next look finds it
      }
      throw e;
    }
  }
}
