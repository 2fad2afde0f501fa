package dev.reveille.modelserver.fetch;

/** Where the model's bytes come from. */
public interface ModelSource {
  /** Blocks until the model is here or cannot be had; tries again as often as makes sense. */
  Fetched fetch();

  /** As {@link #fetch}, after what it brought did not load: the model itself. */
  default Fetched fetchAfterBroken() {
    return fetch();
  }

  /** As {@link #fetch}, the model itself and not what another pod made of it. */
  default Fetched fetchSource() {
    return fetch();
  }
}
