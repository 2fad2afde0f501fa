package dev.reveille.activator.pool;

import dev.reveille.activator.endpoint.Endpoint;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims a pool pod for an endpoint that wakes. The pod decides; a claim whose answer was lost is
 * asked again, which does no harm, because it names the endpoint and not us.
 */
public final class Claims {
  private static final int MOST_PODS_ASKED = 8;
  private static final int TRIES = 3;

  private final Pools pools;
  private final Ask ask;
  private final Function<String, @Nullable String> digests;
  private final LongSupplier nanoTime;

  /**
   * @param digests model id → digest of the file in the depot; null while it is not there
   */
  public Claims(
      Pools pools, Ask ask, Function<String, @Nullable String> digests, LongSupplier nanoTime) {
    this.pools = pools;
    this.ask = ask;
    this.digests = digests;
    this.nanoTime = nanoTime;
  }

  /** What a pod answered to a claim. */
  public enum Answer {
    OURS,
    /** It is another endpoint's, spent, another process, or cannot be reached. */
    NOT_OURS,
    /** It may have been taken: to be asked again. */
    LOST
  }

  /** Asks one pod, once; never fails. */
  public interface Ask {
    Future<Answer> ask(Endpoint endpoint, Member member, String digest);
  }

  /** Asks free pods one after the other; true: one is the endpoint's now. */
  public Future<Boolean> claim(Endpoint endpoint, String poolName) {
    PoolName pool = new PoolName(endpoint.namespace(), poolName);
    String digest = digests.apply(endpoint.modelId().orElse(""));
    if (digest == null) {
      return Future.succeededFuture(false); // the ordinary path waits for the model as well
    }
    return next(endpoint, pool, digest, 0).onSuccess(claimed -> count(pool, claimed));
  }

  private void count(PoolName pool, boolean claimed) {
    if (claimed) {
      pools.claimed(pool);
    } else {
      pools.missed(pool);
    }
  }

  private Future<Boolean> next(Endpoint endpoint, PoolName pool, String digest, int asked) {
    long now = nanoTime.getAsLong();
    if (asked < MOST_PODS_ASKED) {
      for (Member member : pools.free(pool, endpoint.uid(), now)) {
        if (pools.ask(member, endpoint.uid(), now)) {
          return ask(endpoint, member, digest, 1)
              .compose(
                  answer -> {
                    if (answer == Answer.OURS) {
                      return Future.succeededFuture(true);
                    }
                    if (answer == Answer.NOT_OURS) {
                      pools.notOurs(member);
                    }
                    return next(endpoint, pool, digest, asked + 1);
                  });
        }
      }
    }
    return Future.succeededFuture(false);
  }

  private Future<Answer> ask(Endpoint endpoint, Member member, String digest, int tried) {
    return ask.ask(endpoint, member, digest)
        .compose(
            answer ->
                answer == Answer.LOST && tried < TRIES
                    ? ask(endpoint, member, digest, tried + 1)
                    : Future.succeededFuture(answer));
  }
}
