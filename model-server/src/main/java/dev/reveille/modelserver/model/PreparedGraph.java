package dev.reveille.modelserver.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What ONNX Runtime makes of a model, in its own format, to be loaded without making it again. */
public final class PreparedGraph {
  private PreparedGraph() {}

  /** ONNX Runtime does not make it. */
  public static final class Unprepared extends Exception {
    private static final long serialVersionUID = 1L;

    Unprepared(OrtException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The digest of the model that a graph is made of. */
  public static String digest(ByteBuffer model) {
    return Digest.of(model);
  }

  /** Writes the graph of a model that was checked and loaded before. */
  public static void write(ByteBuffer model, Path file, int threads) throws Unprepared {
    try (OrtSession.SessionOptions options = OrtOptions.preparing(threads, file)) {
      ModelLoader.environment().createSession(model, options).close();
    } catch (OrtException e) {
      throw new Unprepared(e);
    }
  }
}
