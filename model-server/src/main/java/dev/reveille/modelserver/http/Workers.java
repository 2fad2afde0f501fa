package dev.reveille.modelserver.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A fixed set of platform threads around the model, with a bounded queue. */
final class Workers {
  private static final int MOST_WAITING = 1024; // an activator sends 128 at once

  private final ThreadPoolExecutor threads;

  Workers(int count) {
    int most = Math.max(1, count);
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Workers::thread);
  }

  void execute(Runnable work) {
    threads.execute(work);
  }

  /** Ends the threads when they have nothing left to do. */
  void close() {
    threads.shutdown();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "worker");
    thread.setDaemon(true);
    return thread;
  }
}
