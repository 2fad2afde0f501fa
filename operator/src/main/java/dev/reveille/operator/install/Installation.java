package dev.reveille.operator.install;

import dev.reveille.crds.Keys;
import dev.reveille.operator.Config;
import dev.reveille.operator.metricsapi.Provider;

/**
 * What the desired objects need to know of this installation.
 *
 * @param internalAddress host and port of the activators' internal listener, without a DNS name
 * @param metrics whether the autoscalers may ask the activators
 */
public record Installation(Config config, Keys keys, String internalAddress, Provider metrics) {
  /** One whose activators may be asked. */
  public Installation(Config config, Keys keys, String internalAddress) {
    this(config, keys, internalAddress, new Provider.Ours());
  }

  public Installation with(Provider other) {
    return new Installation(config, keys, internalAddress, other);
  }
}
