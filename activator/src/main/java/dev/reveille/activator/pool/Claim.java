package dev.reveille.activator.pool;

/**
 * What a pool pod is to serve (the wire contract's claim).
 *
 * @param key the endpoint key under this revision: for the depot and the hello
 * @param digest what the model must have; empty: nothing known
 * @param threads of one inference; 0: the pod's own
 */
record Claim(
    String uid,
    String revision,
    String modelId,
    String key,
    String modelUrl,
    String helloUrl,
    String digest,
    String modelName,
    String modelVersion,
    int threads,
    long maxBodyBytes) {}
