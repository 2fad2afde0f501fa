package dev.reveille.modelserver.pool;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in a folder that outlives the container: its first container makes it, any other finds it.
 */
public final class SpentMark {
  private static final String NAME = "started";

  private SpentMark() {}

  /** Whether a container started here before; {@code folder} empty: nothing tells, so no. */
  public static boolean isFound(String folder) throws IOException {
    if (folder.isEmpty()) {
      return false;
    }
    try {
      Files.createFile(Path.of(folder, NAME));
      return false;
    } catch (FileAlreadyExistsException e) {
      return true;
    }
  }
}
