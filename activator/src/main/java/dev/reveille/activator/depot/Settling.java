package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who waits until a model is fetched; bounded in number and time. */
final class Settling {
  private static final long LONGEST_MILLIS = 5000;
  private static final int MOST_WAITING = 10_000;

  private final Vertx vertx;
  private final Map<String, List<Promise<Void>>> waiting = new HashMap<>();
  private int count;

  Settling(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Completes with the fetch, or after the longest time, or at once beyond the bound. */
  synchronized Future<Void> await(String id) {
    if (count >= MOST_WAITING) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    waiting.computeIfAbsent(id, first -> new ArrayList<>()).add(promise);
    count++;
    long timer = vertx.setTimer(LONGEST_MILLIS, late -> promise.tryComplete());
    return promise.future().onComplete(done -> over(id, promise, timer));
  }

  private void over(String id, Promise<Void> promise, long timer) {
    vertx.cancelTimer(timer);
    synchronized (this) {
      List<Promise<Void>> promises = waiting.get(id);
      if (promises != null && promises.remove(promise)) {
        count--;
        if (promises.isEmpty()) {
          waiting.remove(id);
        }
      }
    }
  }

  /** It is there, or cannot be had. */
  void settled(String id) {
    List<Promise<Void>> promises;
    synchronized (this) {
      List<Promise<Void>> all = waiting.remove(id);
      promises = all == null ? List.of() : all;
      count -= promises.size();
    }
    promises.forEach(Promise::tryComplete);
  }
}
