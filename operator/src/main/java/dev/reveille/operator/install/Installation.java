package dev.reveille.operator.install;

import dev.reveille.crds.Keys;
import dev.reveille.operator.Config;

/**
 * What the desired objects need to know of this installation.
 *
 * @param internalAddress host and port of the activators' internal listener, without a DNS name
 */
public record Installation(Config config, Keys keys, String internalAddress) {}
