package dev.reveille.activator.proxy;

import io.vertx.core.Vertx;

/** The one thing that an exchange waits for at a time; one event loop's. */
final class Deadline {
  private final Vertx vertx;
  private long timer = -1;

  Deadline(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Does {@code then} after {@code millis}, instead of what was set before. */
  void set(long millis, Runnable then) {
    clear();
    timer =
        vertx.setTimer(
            millis,
            fired -> {
              timer = -1;
              then.run();
            });
  }

  void clear() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }
}
