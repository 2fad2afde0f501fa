package dev.reveille.activator.pool;

/** Which warm pool: a name in a namespace. */
public record PoolName(String namespace, String name) {}
