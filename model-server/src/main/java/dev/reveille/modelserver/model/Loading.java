package dev.reveille.modelserver.model;

/** Where the model is on its way to being served. */
public sealed interface Loading {
  /** Being fetched, loaded or warmed up. */
  record InProgress() implements Loading {}

  /** Loaded and run once. */
  record Loaded(Model model) implements Loading {}

  /**
   * It cannot be served, and this process will not try again.
   *
   * @param reason a CamelCase word
   * @param message a sentence
   */
  record Failed(String reason, String message) implements Loading {}
}
