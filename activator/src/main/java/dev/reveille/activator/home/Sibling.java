package dev.reveille.activator.home;

/**
 * An activator that is ready, this one perhaps.
 *
 * @param pod its name
 * @param port of its data listener
 */
public record Sibling(String pod, String host, int port) {}
