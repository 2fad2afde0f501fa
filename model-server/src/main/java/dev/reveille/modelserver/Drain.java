package dev.reveille.modelserver;

import dev.reveille.modelserver.log.JsonLog;

/**
 * What SIGTERM leads to, by the JVM's own signal handling, as process 1 too. Left to itself the JVM
 * would end with 143, as if killed: a server that drained has ended well, and halting says so.
 */
final class Drain extends Thread {

  /** What can be told to end well. */
  interface Drained {
    /** Refuses what is new, finishes what runs (30 s at most), then closes. Blocking. */
    void drain() throws InterruptedException;
  }

  private final Drained server;
  private final JsonLog log;

  Drain(Drained server, JsonLog log) {
    super("drain");
    this.server = server;
    this.log = log;
  }

  @Override
  public void run() {
    int status = Main.CANNOT_START;
    try {
      log.info("draining");
      server.drain();
      log.info("drained");
      status = 0;
    } catch (InterruptedException | RuntimeException e) {
      log.warn("draining failed", "problem", e.toString());
    } finally {
      Runtime.getRuntime().halt(status);
    }
  }
}
