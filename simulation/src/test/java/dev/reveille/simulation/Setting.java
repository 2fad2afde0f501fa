package dev.reveille.simulation;

import java.util.List;

/**
 * The world that a run begins with.
 *
 * @param delay of a message, usually
 * @param watchDelay of a change to whoever watches, usually
 * @param loss of a message or its answer
 * @param doubled a message arrives twice
 * @param lag how old the API server's cache may be for who lists
 * @param faultsEnd from then on everything works
 * @param flawless whatever goes wrong, no caller may notice: nobody sees an error
 */
record Setting(
    long seed,
    int activators,
    int endpoints,
    int pool,
    long delay,
    long watchDelay,
    double loss,
    double doubled,
    long lag,
    Shape shape,
    long faultsEnd,
    boolean flawless) {

  /**
   * What the endpoints' specs say.
   *
   * @param limit requests a replica gets at once; 0: as many as come
   */
  record Shape(
      int idleSeconds,
      int maxReplicas,
      int concurrency,
      int limit,
      int maxWaitSeconds,
      int maxQueued,
      boolean idempotent) {}

  /** The same world, in which less goes wrong by chance. */
  List<Setting> simpler() {
    return List.of(with(0, doubled, lag), with(loss, 0, lag), with(loss, doubled, 0));
  }

  private Setting with(double otherLoss, double otherDoubled, long otherLag) {
    return new Setting(
        seed,
        activators,
        endpoints,
        pool,
        delay,
        watchDelay,
        otherLoss,
        otherDoubled,
        otherLag,
        shape,
        faultsEnd,
        flawless);
  }

  boolean hasPool() {
    return pool > 0;
  }
}
