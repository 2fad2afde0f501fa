package dev.reveille.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** All changes of one kind of object, as the API server's watches tell them: in order, but late. */
final class Feed<T> {
  private final World world;
  private final List<Change<T>> log = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();

  Feed(World world) {
    this.world = world;
  }

  /** One change; {@code object} is the last state of one that is gone. */
  record Change<T>(long at, String key, T object, boolean gone) {}

  void put(String key, T object) {
    add(new Change<>(world.now(), key, object, false));
  }

  void remove(String key, T object) {
    add(new Change<>(world.now(), key, object, true));
  }

  private void add(Change<T> change) {
    log.add(change);
    watches.forEach(Watch::more);
  }

  /**
   * Lists, as of {@code lag} ago, and watches from there on: reads are as old as the cache of the
   * API server that answers.
   */
  Watch watch(Party owner, long lag, Consumer<Change<T>> sink) {
    Map<String, Change<T>> state = new LinkedHashMap<>();
    int position = 0;
    while (position < log.size() && log.get(position).at() <= world.now() - lag) {
      Change<T> change = log.get(position++);
      if (change.gone()) {
        state.remove(change.key());
      } else {
        state.put(change.key(), change);
      }
    }
    Watch watch = new Watch(owner, sink, position);
    state.values().forEach(sink);
    watches.removeIf(other -> other.life != other.owner.life);
    watches.add(watch);
    for (int i = position; i < log.size(); i++) {
      watch.more();
    }
    return watch;
  }

  /** One informer; it ends with its owner's life. */
  final class Watch {
    private final Party owner;
    private final int life;
    private final Consumer<Change<T>> sink;
    private int position;
    private long notBefore;

    private Watch(Party owner, Consumer<Change<T>> sink, int position) {
      this.owner = owner;
      this.life = owner.life;
      this.sink = sink;
      this.position = position;
    }

    private void more() {
      if (life == owner.life) {
        notBefore = Math.max(notBefore, world.now() + world.watchDelay());
        world
            .agenda()
            .after(notBefore - world.now(), owner, () -> sink.accept(log.get(position++)));
      }
    }

    /** Nothing comes through for a while; it all comes after that. */
    void stall(long nanos) {
      notBefore = Math.max(notBefore, world.now() + nanos);
    }
  }
}
