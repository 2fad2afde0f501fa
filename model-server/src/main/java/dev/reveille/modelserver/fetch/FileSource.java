package dev.reveille.modelserver.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A model that lies in the image. */
public final class FileSource implements ModelSource {
  private final Path path;

  public FileSource(Path path) {
    this.path = path;
  }

  @Override
  public Fetched fetch() {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        return new Fetched.Failed("ModelTooLarge", "a model of 2 GiB or more cannot be loaded");
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) channel.size());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException("the file became shorter");
        }
      }
      return new Fetched.Bytes(bytes.flip());
    } catch (NoSuchFileException e) {
      return new Fetched.Failed("ModelNotFound", "the image has no file " + path);
    } catch (IOException e) {
      return new Fetched.Failed("ModelUnreadable", path + " cannot be read: " + e);
    }
  }
}
