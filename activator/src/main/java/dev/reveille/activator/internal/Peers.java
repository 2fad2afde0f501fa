package dev.reveille.activator.internal;

import dev.reveille.activator.Wire;
import dev.reveille.activator.backend.Hello;
import dev.reveille.activator.pool.PoolHello;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells the other activators of a hello that reached this one; again while one says that it does
 * not know the pod yet. Best effort: they probe as well.
 */
public final class Peers {
  private static final long AGAIN_MILLIS = 20;
  private static final int MOST_TRIES = 6;
  private static final int NOT_NOW = 503;

  private final Post post;
  private final Supplier<List<String>> addresses;

  public Peers(Post post, Supplier<List<String>> addresses) {
    this.post = post;
    this.addresses = addresses;
  }

  /** How a message gets to another activator. */
  public interface Post {
    /** Sends it once; the status it was answered with, or a failure. */
    Future<Integer> send(String address, String path, Object message);

    void later(long millis, Runnable then);
  }

  /** A hello as passed on, with the address it came from. */
  public record Passed(String host, Hello hello) {}

  /** A pool pod's hello as passed on. */
  public record PassedPoolHello(String host, PoolHello hello) {}

  public void tell(Hello hello, String host) {
    tell(Wire.PEERS_HELLO_PATH, new Passed(host, hello));
  }

  public void tell(PoolHello hello, String host) {
    tell(Wire.PEERS_POOLS_HELLO_PATH, new PassedPoolHello(host, hello));
  }

  private void tell(String path, Object passed) {
    addresses.get().forEach(address -> send(address, path, passed, 1));
  }

  private void send(String address, String path, Object passed, int tried) {
    post.send(address, path, passed)
        .onSuccess(
            status -> {
              if (status == NOT_NOW && tried < MOST_TRIES) {
                post.later(
                    AGAIN_MILLIS << (tried - 1), () -> send(address, path, passed, tried + 1));
              }
            });
  }
}
