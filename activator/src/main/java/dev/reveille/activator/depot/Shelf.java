package dev.reveille.activator.depot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The depot's folder: a file a model, named by its id. What an earlier process left there is of use
 * only to who knows the digest it must have. Blocking.
 */
final class Shelf {
  static final String PARTIAL = ".partial";

  /** What the names of prepared graphs begin with. */
  static final String GRAPH = "graph-";

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path directory;
  private final Map<String, Long> leftovers = new ConcurrentHashMap<>();

  /** Looks what is there; what was not finished is deleted. */
  Shelf(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(PARTIAL) || name.startsWith(GRAPH) || !Files.isRegularFile(file)) {
            Files.deleteIfExists(file);
          } else {
            leftovers.put(name, Files.size(file));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the depot's folder cannot be written", e);
    }
  }

  /** Where a download goes. */
  Path partial(String id) {
    return directory.resolve(id + PARTIAL);
  }

  /** What came of a download that failed takes no room. */
  Future<Void> discard(Vertx vertx, String id) {
    return vertx.executeBlocking(() -> Files.deleteIfExists(partial(id)), false).mapEmpty();
  }

  boolean hasLeftover(String id) {
    return leftovers.containsKey(id);
  }

  long leftoverBytes() {
    return leftovers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The file as left by an earlier process, if it has this digest; else it is deleted. */
  Optional<ModelState.Ready> leftover(String id, Optional<String> digest) throws IOException {
    Path file = directory.resolve(id);
    leftovers.remove(id);
    if (digest.isPresent() && digest.get().equals(digest(file))) {
      return Optional.of(new ModelState.Ready(file, digest.get(), Files.size(file)));
    }
    Files.deleteIfExists(file);
    return Optional.empty();
  }

  /** Deletes what nobody asked for since the start. */
  void dropLeftovers() throws IOException {
    for (String id : Set.copyOf(leftovers.keySet())) {
      leftovers.remove(id);
      Files.deleteIfExists(directory.resolve(id));
    }
  }

  /** A download that is complete takes its place. */
  ModelState.Ready keep(String id, Fetcher.Download download) throws IOException, Source.Refused {
    Path partial = partial(id);
    if (Files.size(partial) != download.bytes()) {
      throw new Source.Refused(
          "DepotFull", "the depot's disk took only " + Files.size(partial) + " bytes of the model");
    }
    Path file = directory.resolve(id);
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    return new ModelState.Ready(file, download.digest(), download.bytes());
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sha256 = Fetcher.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    }
    return "sha256:" + HexFormat.of().formatHex(sha256.digest());
  }
}
