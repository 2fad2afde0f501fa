package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Models as a pod of the endpoint prepared them: optimised once, loaded faster by every later pod.
 * An endpoint gets only what its own pods made. Within the bytes that models leave free, least
 * recently used go first; a restart forgets them.
 */
public final class Graphs {
  private static final int MOST_FORMAT = 64;
  private static final int MOST_COMING = 4;

  private final Vertx vertx;
  private final Path directory;
  private final long maxModelBytes;
  private final LongSupplier room;
  private final Map<Key, Graph> graphs = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Key> coming = new HashSet<>();
  private long held;
  private long names;

  /**
   * @param room bytes that graphs may take together
   */
  Graphs(Vertx vertx, Path directory, long maxModelBytes, LongSupplier room) {
    this.vertx = vertx;
    this.directory = directory;
    this.maxModelBytes = maxModelBytes;
    this.room = room;
  }

  /**
   * Which graph: of which bytes, for which endpoint, in which form.
   *
   * @param digest of the model it was made of
   * @param format names the runtime and what it did
   */
  public record Key(String modelId, String digest, String endpointUid, String format) {
    boolean isSound() {
      return !format.isEmpty() && format.length() <= MOST_FORMAT;
    }
  }

  private record Graph(Path file, long bytes) {}

  /** The file, to be sent; empty when no pod has prepared it. */
  public synchronized Optional<Path> file(Key key) {
    return Optional.ofNullable(graphs.get(key)).map(Graph::file);
  }

  /** Whether a pod shall prepare it. */
  public synchronized boolean isWanted(Key key) {
    return key.isSound() && !graphs.containsKey(key) && !coming.contains(key);
  }

  /** Takes what a pod of the endpoint prepared; fails when there is no room, or no need. */
  public Future<Void> take(Key key, HttpServerRequest request, long bytes) {
    Path partial;
    synchronized (this) {
      if (!isWanted(key) || coming.size() >= MOST_COMING) {
        return Future.failedFuture("not wanted");
      }
      if (bytes <= 0 || bytes > Math.min(maxModelBytes, room.getAsLong())) {
        return Future.failedFuture("no room for " + bytes + " bytes");
      }
      coming.add(key);
      partial = directory.resolve(Shelf.GRAPH + names++ + Shelf.PARTIAL);
    }
    request.pause();
    return vertx
        .fileSystem()
        .open(partial.toString(), new OpenOptions().setWrite(true).setTruncateExisting(true))
        .compose(request::pipeTo)
        .compose(written -> vertx.executeBlocking(() -> keep(key, partial, bytes), false))
        .<Void>mapEmpty()
        .onComplete(done -> over(key));
  }

  private synchronized void over(Key key) {
    coming.remove(key);
  }

  private Key keep(Key key, Path partial, long bytes) throws IOException {
    if (Files.size(partial) != bytes) {
      Files.deleteIfExists(partial);
      throw new IOException("the graph came incomplete");
    }
    synchronized (this) {
      makeRoom(bytes);
      String name = partial.getFileName().toString();
      Path file = directory.resolve(name.substring(0, name.length() - Shelf.PARTIAL.length()));
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      graphs.put(key, new Graph(file, bytes));
      held += bytes;
    }
    return key;
  }

  private void makeRoom(long bytes) throws IOException {
    Iterator<Graph> oldest = graphs.values().iterator();
    while (oldest.hasNext() && held + bytes > room.getAsLong()) {
      Graph graph = oldest.next();
      Files.deleteIfExists(graph.file());
      held -= graph.bytes();
      oldest.remove();
    }
  }
}
