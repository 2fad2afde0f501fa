package dev.reveille.activator.endpoint;

/** Why a pod of an endpoint said that it cannot serve; {@code host} is that pod's address. */
public record Failure(String revision, String reason, String message, String host) {}
