package dev.reveille.modelserver.fetch;

/** Where the model's bytes come from. */
public interface ModelSource {
  /** Blocks until the bytes are here or cannot be had; tries again as often as makes sense. */
  Fetched fetch();
}
