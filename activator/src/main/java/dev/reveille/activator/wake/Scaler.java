package dev.reveille.activator.wake;

/** Raises the scale of an endpoint's Deployment; never lowers it. Blocking. */
public interface Scaler {
  /** What came of it. */
  sealed interface Outcome {
    /** The scale was below and is {@code wanted} now. */
    record Raised() implements Outcome {}

    /** It was there already. */
    record Enough() implements Outcome {}

    /** We may not do it. */
    record Forbidden(String why) implements Outcome {}

    /** It could not be done now; {@code why} says why not. */
    record Failed(String why) implements Outcome {}
  }

  Outcome raise(String namespace, String name, int wanted);

  /**
   * Does what a wake does, for nobody, so that the first real one finds connection and code warm.
   */
  default void rehearse() {}
}
