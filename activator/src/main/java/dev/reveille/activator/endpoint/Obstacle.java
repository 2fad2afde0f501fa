package dev.reveille.activator.endpoint;

import dev.reveille.activator.gate.Refusal;

/**
 * Why nothing can serve, by the operator's word.
 *
 * @param passes it may pass by itself, so that it is worth waiting for a moment
 */
record Obstacle(Refusal refusal, boolean passes) {}
