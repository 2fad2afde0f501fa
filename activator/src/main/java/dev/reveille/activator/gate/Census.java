package dev.reveille.activator.gate;

/**
 * What a gate holds.
 *
 * @param backends that can be connected to
 * @param bridges how many of the backends are bridges
 * @param ejected backends that are left out because they failed
 */
public record Census(
    int inFlight,
    int queued,
    int backends,
    int bridges,
    int ejected,
    boolean fenced,
    boolean blocked) {}
