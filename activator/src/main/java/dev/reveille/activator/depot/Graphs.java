package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Models as a pod of the endpoint prepared them: optimised once, loaded faster by every later pod.
 * One an endpoint, which gets only what its own pods made. Within the bytes that models leave free,
 * least recently used go first; a restart forgets them.
 */
public final class Graphs {
  private static final int MOST_FORMAT = 64;
  private static final int MOST_COMING = 4;
  private static final int MOST_GRAPHS = 10_000;

  private final Vertx vertx;
  private final Path directory;
  private final long maxModelBytes;
  private final LongSupplier room;
  private final Map<String, Graph> graphs = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Long> coming = new HashMap<>();
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
   * Which graph: for which endpoint, of which bytes, in which form.
   *
   * @param digest of the model it was made of
   * @param format names the runtime and what it did
   */
  public record Key(String endpointUid, String modelId, String digest, String format) {
    boolean isSound() {
      return !format.isEmpty() && format.length() <= MOST_FORMAT;
    }
  }

  private record Graph(Key key, Path file, long bytes) {}

  /** The file, to be sent; empty when no pod has prepared it. */
  public synchronized Optional<Path> file(Key key) {
    return Optional.ofNullable(graphs.get(key.endpointUid()))
        .filter(graph -> graph.key().equals(key))
        .map(Graph::file);
  }

  /** Whether a pod shall prepare it. */
  public synchronized boolean isWanted(Key key) {
    Graph known = graphs.get(key.endpointUid());
    return key.isSound()
        && !coming.containsKey(key.endpointUid())
        && (known == null || !known.key().equals(key))
        && graphs.size() < MOST_GRAPHS;
  }

  /** A pod could not load it, or its endpoint is gone. */
  public synchronized void drop(String endpointUid) {
    delete(graphs.remove(endpointUid));
  }

  /** Takes what a pod of the endpoint prepared; fails when there is no room, or no need. */
  public Future<Void> take(Key key, HttpServerRequest request, long bytes) {
    Path partial;
    synchronized (this) {
      long others = coming.values().stream().mapToLong(Long::longValue).sum();
      if (!isWanted(key) || coming.size() >= MOST_COMING) {
        return Future.failedFuture("not wanted");
      }
      if (bytes <= 0 || bytes > maxModelBytes || others + bytes > room.getAsLong()) {
        return Future.failedFuture("no room for " + bytes + " bytes");
      }
      coming.put(key.endpointUid(), bytes);
      leave(room.getAsLong() - others - bytes);
      partial = directory.resolve(Shelf.GRAPH + names++ + Shelf.PARTIAL);
    }
    request.pause();
    return vertx
        .fileSystem()
        .open(partial.toString(), new OpenOptions().setWrite(true).setTruncateExisting(true))
        .compose(request::pipeTo)
        .compose(written -> vertx.executeBlocking(() -> keep(key, partial, bytes), false))
        .<Void>mapEmpty()
        .onFailure(failed -> vertx.fileSystem().delete(partial.toString()))
        .onComplete(done -> over(key));
  }

  private synchronized void over(Key key) {
    coming.remove(key.endpointUid());
  }

  private Key keep(Key key, Path partial, long bytes) throws IOException {
    if (Files.size(partial) != bytes) {
      throw new IOException("the graph came incomplete");
    }
    String name = partial.getFileName().toString();
    Path file = directory.resolve(name.substring(0, name.length() - Shelf.PARTIAL.length()));
    Files.move(partial, file);
    synchronized (this) {
      delete(graphs.put(key.endpointUid(), new Graph(key, file, bytes)));
    }
    return key;
  }

  /** Lets go of graphs until they take so many bytes at most. */
  synchronized void leave(long bytes) {
    Iterator<Graph> oldest = graphs.values().iterator();
    while (oldest.hasNext() && held() > Math.max(0, bytes)) {
      Graph graph = oldest.next();
      oldest.remove();
      delete(graph);
    }
  }

  private long held() {
    return graphs.values().stream().mapToLong(Graph::bytes).sum();
  }

  /** In the background; what is being sent from it goes on. */
  private void delete(@Nullable Graph graph) {
    if (graph != null) {
      vertx.fileSystem().delete(graph.file().toString());
    }
  }
}
