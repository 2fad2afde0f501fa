package dev.reveille.activator.gate;

import dev.reveille.activator.backend.Backend;

/**
 * A backend that is left out because it failed.
 *
 * @param kept it is sent to all the same, for want of another
 * @param since on the monotonic clock
 */
public record Ejection(Backend backend, Fault why, long since, boolean kept) {}
