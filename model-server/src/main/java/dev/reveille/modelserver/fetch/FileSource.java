package dev.reveille.modelserver.fetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A model that lies in the image. It is copied before it is checked, so that nobody can change it
 * in between; a large one is read in place.
 */
public final class FileSource implements ModelSource {
  private final Path path;

  public FileSource(Path path) {
    this.path = path;
  }

  @Override
  public Fetched fetch() {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = file.size();
      if (size > ModelBytes.MOST) {
        return Fetched.tooLarge(size);
      }
      return new Fetched.Complete(
          size <= ModelBytes.MOST_IN_MEMORY
              ? ModelBytes.read(file::read, size, size)
              : ModelBytes.mapped(file),
          "");
    } catch (NoSuchFileException e) {
      return new Fetched.Failed("ModelNotFound", "the image has no file " + path);
    } catch (IOException e) {
      return new Fetched.Failed("ModelUnreadable", path + " cannot be read: " + e);
    }
  }
}
