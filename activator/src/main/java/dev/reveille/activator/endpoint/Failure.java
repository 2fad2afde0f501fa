package dev.reveille.activator.endpoint;

/**
 * Why a pod of an endpoint said that it cannot serve.
 *
 * @param host that pod's address
 * @param since when it said so, on the monotonic clock
 */
public record Failure(String revision, String reason, String message, String host, long since) {}
