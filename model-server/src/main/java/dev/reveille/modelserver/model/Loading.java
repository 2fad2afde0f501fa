package dev.reveille.modelserver.model;

/** Where the model is on its way to being served. */
public sealed interface Loading {
  /** As the hello says it: starting, ready or failed. */
  String state();

  /** Why it cannot be served, a CamelCase word; empty when it can. */
  default String reason() {
    return "";
  }

  /** Why it cannot be served, a sentence; empty when it can. */
  default String message() {
    return "";
  }

  /** Being fetched, loaded or warmed up. */
  record InProgress() implements Loading {
    @Override
    public String state() {
      return "starting";
    }
  }

  /** Loaded and run once. */
  record Loaded(Model model) implements Loading {
    @Override
    public String state() {
      return "ready";
    }
  }

  /** It cannot be served, and this process will not try again. */
  record Failed(String reason, String message) implements Loading {
    @Override
    public String state() {
      return "failed";
    }
  }
}
