package dev.reveille.operator.lead;

import dev.reveille.operator.Config;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which of several operators acts: the one that holds a Lease in Reveille's namespace. */
public final class Leadership {
  static final String LEASE = "reveille-operator";
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final KubernetesClient client;
  private final Config config;
  private final Runnable begin;
  private volatile boolean leading;
  private volatile boolean stopping;

  /**
   * @param begin called once, when this operator begins to lead
   */
  public Leadership(KubernetesClient client, Config config, Runnable begin) {
    this.client = client;
    this.config = config;
    this.begin = begin;
  }

  public void configure(ConfigurationServiceOverrider overrider) {
    if (!config.leaderElection()) {
      return;
    }
    overrider.withLeaderElectionConfiguration(
        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
            .withLeaseNamespace(config.namespace())
            .withIdentity(config.pod())
            // Its own exit would wait for itself inside a shutdown hook.
            .withExitOnStopLeading(false)
            .withLeaderCallbacks(new LeaderCallbacks(this::lead, this::lost, leader -> {}))
            .build());
  }

  /** The operator is about to run; without an election it leads from here on. */
  public void starting() {
    if (!config.leaderElection()) {
      lead();
    }
  }

  void lead() {
    LOG.info("leading as {}", config.pod());
    leading = true;
    begin.run();
  }

  /** Another may lead now: stop at once, so that never two act. */
  private void lost() {
    if (!stopping) {
      LOG.error("the leadership was lost; exiting");
      Runtime.getRuntime().halt(1);
    }
  }

  /** From here on the end of the leadership is not a loss. */
  public void stopping() {
    stopping = true;
  }

  /** Gives the Lease back, which the framework does not, so that the next need not wait for it. */
  public void release() {
    if (!leading || !config.leaderElection()) {
      return;
    }
    try {
      Lease lease = client.leases().inNamespace(config.namespace()).withName(LEASE).get();
      if (lease != null && config.pod().equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        lease.getSpec().setLeaseDurationSeconds(1);
        client.resource(lease).update();
      }
    } catch (KubernetesClientException e) {
      LOG.warn("the lease was not given back: {}", e.getMessage());
    }
  }
}
