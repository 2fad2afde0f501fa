package dev.reveille.e2e.kit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many requests at once, all the time: each client sends its next when it has its answer. For an
 * endpoint that runs the model source, which answers after a while.
 */
public final class ConstantLoad implements AutoCloseable {
  private final Endpoint endpoint;
  private final Gateway gateway;
  private final String path;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();
  private volatile int clients;

  /**
   * @param takes how long a request takes, such as {@code 500ms}
   */
  public ConstantLoad(Endpoint endpoint, Gateway gateway, String takes) {
    this.endpoint = endpoint;
    this.gateway = gateway;
    this.path = endpoint.path("/echo?wait=" + takes);
  }

  /** From now on so many; those too many stop when they have their answer. */
  public void clients(int wanted) {
    clients = wanted;
    while (running.get() < wanted) {
      running.incrementAndGet();
      send();
    }
  }

  private void send() {
    gateway
        .sendAsync(gateway.posting(path, "{}"))
        .whenComplete(
            (answer, failed) -> {
              (failed == null && answer.status() == 200 ? answered : cut).incrementAndGet();
              if (leaves()) {
                return;
              }
              send();
            });
  }

  private boolean leaves() {
    int now = running.get();
    while (now > clients) {
      if (running.compareAndSet(now, now - 1)) {
        return true;
      }
      now = running.get();
    }
    return false;
  }

  /** Right answers so far. */
  public int answered() {
    return answered.get();
  }

  /** Requests so far that got none. */
  public int cut() {
    return cut.get();
  }

  @Override
  public void close() {
    clients = 0;
    Await.until(endpoint.name() + ": the last requests are answered", () -> running.get() == 0);
  }
}
