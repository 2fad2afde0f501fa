package dev.reveille.activator.depot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The depot's folder: one file a model, named by its id, and the partial files beside them. All of
 * them together, with what is reserved for downloads, stay within a bound. Blocking.
 */
final class Shelf {
  private static final Pattern MODEL_ID = Pattern.compile("[0-9a-f]{64}");

  private final Path directory;
  private final long maxBytes;
  private final Map<String, Long> files = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Long> reserved = new LinkedHashMap<>();

  /** Takes stock of what an earlier process left; its files are to be hashed before use. */
  Shelf(Path directory, long maxBytes) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    try {
      Files.createDirectories(directory);
      try (Stream<Path> left = Files.list(directory)) {
        for (Path file : left.toList()) {
          takeStock(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the depot's folder cannot be written", e);
    }
  }

  private void takeStock(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return; // not ours
    }
    String name = file.getFileName().toString();
    if (MODEL_ID.matcher(name).matches()) {
      files.put(name, Files.size(file));
    } else {
      Files.deleteIfExists(file);
    }
  }

  Path file(String id) {
    return directory.resolve(id);
  }

  Path partial(String id) {
    return directory.resolve(id + ".partial");
  }

  synchronized boolean has(String id) {
    return files.containsKey(id);
  }

  synchronized Set<String> ids() {
    return Set.copyOf(files.keySet());
  }

  /** Used just now: among the last to go. */
  synchronized void touch(String id) {
    files.get(id);
  }

  synchronized long bytes() {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Makes room for a download: what is disposable goes, least recently used first.
   *
   * @return what went
   */
  synchronized Set<String> reserve(String id, long bytes, Set<String> disposable)
      throws IOException, Source.Refused {
    Set<String> gone = new HashSet<>();
    for (String other : List.copyOf(files.keySet())) {
      if (!fits(bytes) && disposable.contains(other)) {
        remove(other);
        gone.add(other);
      }
    }
    if (!fits(bytes)) {
      throw new Source.Refused(
          "DepotFull", "the depot holds " + maxBytes + " bytes at most (depot.maxBytes)");
    }
    reserved.put(id, bytes);
    return gone;
  }

  private boolean fits(long bytes) {
    long taken = reserved.values().stream().mapToLong(Long::longValue).sum();
    return bytes <= maxBytes - bytes() - taken;
  }

  /** The partial file is whole. */
  synchronized Path keep(String id, long bytes) throws IOException {
    Files.move(partial(id), file(id), StandardCopyOption.REPLACE_EXISTING);
    reserved.remove(id);
    files.put(id, bytes);
    return file(id);
  }

  /** The download came to nothing. */
  synchronized void discard(String id) throws IOException {
    reserved.remove(id);
    Files.deleteIfExists(partial(id));
  }

  synchronized void remove(String id) throws IOException {
    Files.deleteIfExists(file(id));
    files.remove(id);
  }

  /** The digest of a file that is there. */
  String digest(String id) throws IOException {
    MessageDigest sha256 = Download.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file(id)), sha256)) {
      byte[] buffer = new byte[1 << 16];
      int read = 0;
      while (read >= 0) {
        read = in.read(buffer); // reading is hashing
      }
    }
    return "sha256:" + HexFormat.of().formatHex(sha256.digest());
  }
}
