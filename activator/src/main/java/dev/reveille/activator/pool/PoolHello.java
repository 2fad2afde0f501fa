package dev.reveille.activator.pool;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A pool pod's word that it is free, or spent (the wire contract's pool hello).
 *
 * @param uid of the WarmPool, whose namespace and name follow
 * @param claimKey what a claim must show; null when spent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PoolHello(
    String uid,
    String namespace,
    String name,
    String revision,
    String instance,
    int port,
    String state,
    @Nullable String claimKey) {

  public PoolHello {
    uid = uid == null ? "" : uid;
    namespace = namespace == null ? "" : namespace;
    name = name == null ? "" : name;
    revision = revision == null ? "" : revision;
    instance = instance == null ? "" : instance;
    state = state == null ? "" : state;
  }

  /** Whether it can be made anything of. */
  public boolean isWhole() {
    return !uid.isEmpty()
        && !name.isEmpty()
        && !instance.isEmpty()
        && port > 0
        && port <= 65535
        && (isSpent() || (isFree() && claimKey != null && !claimKey.isEmpty()));
  }

  boolean isFree() {
    return state.equals("free");
  }

  boolean isSpent() {
    return state.equals("spent");
  }
}
