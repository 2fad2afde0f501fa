package dev.reveille.activator.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.activator.Wire;
import dev.reveille.crds.Keys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the master key: the operator fills it in when it starts the first time. */
public final class MasterKey {
  private static final Logger LOG = LoggerFactory.getLogger(MasterKey.class);
  private static final int MOST_TRIES = 1500; // five minutes
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private MasterKey() {}

  /** Blocks until it is there. */
  public static Keys await(KubernetesClient client, String namespace) {
    String problem = "";
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        Secret secret = client.secrets().inNamespace(namespace).withName(Wire.KEYS_SECRET).get();
        String encoded =
            secret == null || secret.getData() == null
                ? null
                : secret.getData().get(Wire.MASTER_KEY);
        if (encoded != null && !encoded.isEmpty()) {
          return Keys.ofBase64(new String(Base64.getDecoder().decode(encoded), UTF_8));
        }
        problem = "the operator has not filled the Secret " + Wire.KEYS_SECRET + " yet";
      } catch (KubernetesClientException e) {
        problem = String.valueOf(e.getMessage());
      }
      if (tries == 0) {
        LOG.info("waiting for the master key: {}", problem);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IllegalStateException("no master key: " + problem);
  }
}
