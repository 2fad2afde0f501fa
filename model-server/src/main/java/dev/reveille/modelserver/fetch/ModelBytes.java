package dev.reveille.modelserver.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A model's bytes outside the heap, given back when closed and not when a collector gets round to
 * it: ONNX Runtime makes its own copy, and a pod's memory is paid for.
 */
public final class ModelBytes implements AutoCloseable {
  /** Beyond this, 1 GiB, they lie in a temporary file that the kernel may page out. */
  static final long MOST_IN_MEMORY = 1L << 30;

  /** An ONNX file is a protobuf message, which ends at 2 GiB. */
  static final long MOST = Integer.MAX_VALUE;

  private static final int CHUNK = 1 << 20;

  private final Arena arena;
  private final ByteBuffer buffer;

  private ModelBytes(Arena arena, ByteBuffer buffer) {
    this.arena = arena;
    this.buffer = buffer;
  }

  /** Where bytes come from; as a channel reads. */
  interface Source {
    int read(ByteBuffer to) throws IOException;
  }

  /**
   * Reads {@code size} bytes, into a temporary file when they are more than {@code mostInMemory}.
   */
  static ModelBytes read(Source from, long size, long mostInMemory) throws IOException {
    Arena arena = newArena();
    try {
      ByteBuffer bytes =
          size <= mostInMemory
              ? fill(arena.allocate(size).asByteBuffer(), from)
              : inFile(arena, from, size);
      return new ModelBytes(arena, bytes);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Looks into a file in place. */
  static ModelBytes mapped(FileChannel file) throws IOException {
    Arena arena = newArena();
    try {
      return new ModelBytes(
          arena, file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena).asByteBuffer());
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // the ModelBytes that has it closes it
  private static Arena newArena() {
    return Arena.ofShared();
  }

  private static ByteBuffer inFile(Arena arena, Source from, long size) throws IOException {
    Path path = Files.createTempFile("model", ".onnx");
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer chunk = arena.allocate(Math.min(size, CHUNK)).asByteBuffer();
      for (long left = size; left > 0; left -= chunk.capacity()) {
        fill(chunk.clear().limit((int) Math.min(left, CHUNK)), from);
        while (chunk.hasRemaining()) {
          file.write(chunk);
        }
      }
      return file.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
    } finally {
      Files.delete(path);
    }
  }

  private static ByteBuffer fill(ByteBuffer bytes, Source from) throws IOException {
    while (bytes.hasRemaining()) {
      if (from.read(bytes) < 0) {
        throw new EOFException(
            "the model ended " + bytes.remaining() + " bytes before its announced length");
      }
    }
    return bytes.flip();
  }

  public long size() {
    return buffer.limit();
  }

  /** The bytes, a direct buffer, from 0 to the limit. */
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() {
    arena.close();
  }
}
