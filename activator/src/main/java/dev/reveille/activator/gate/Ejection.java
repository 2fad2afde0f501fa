package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;

/**
 * A backend that is left out because it failed.
 *
 * @param since on the monotonic clock
 */
public record Ejection(Backend backend, Fault why, long since) {}
