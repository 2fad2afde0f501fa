package dev.reveille.modelserver.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.fetch.Fetched;
import dev.reveille.modelserver.fetch.ModelBytes;
import dev.reveille.modelserver.fetch.ModelSource;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.measure.Timeline.Step;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Fetches, checks, loads and warms up the model; on a thread of its own, beside the HTTP start. */
public final class ModelLoader {
  private final Config config;
  private final ModelSource source;
  private final Timeline timeline;
  private final JsonLog log;
  private volatile String graphTo = "";
  private volatile long sourceBytes;

  public ModelLoader(Config config, ModelSource source, Timeline timeline, JsonLog log) {
    this.config = config;
    this.source = source;
    this.timeline = timeline;
    this.log = log;
  }

  /** Blocks until the model is loaded or cannot be; whatever goes wrong is the answer. */
  public Loading load() {
    try {
      // The native library loads while the bytes are on their way.
      Thread runtime = new Thread(ModelLoader::environment, "runtime");
      runtime.setDaemon(true);
      runtime.start();
      Fetched fetched = source.fetch();
      if (fetched instanceof Fetched.Prepared prepared) {
        timeline.reach(Step.FETCHED, System.nanoTime());
        Optional<Loading> loaded = prepared(prepared.bytes());
        if (loaded.isPresent()) {
          return loaded.get();
        }
        fetched = source.fetchAfterBroken();
      }
      return fetched instanceof Fetched.Complete complete
          ? source(complete)
          : failed((Fetched.Failed) fetched);
    } catch (OutOfMemoryError e) {
      return new Loading.Failed(
          "OutOfMemory", "the model does not fit into the container's memory");
    } catch (LinkageError e) {
      return new Loading.Failed("RuntimeMissing", "ONNX Runtime did not load: " + e.getMessage());
    } catch (RuntimeException e) {
      return new Loading.Failed("LoadFailed", "loading the model failed: " + e);
    }
  }

  private static Loading failed(Fetched.Failed failed) {
    return new Loading.Failed(failed.reason(), failed.message());
  }

  private Loading source(Fetched.Complete complete) {
    try (ModelBytes bytes = complete.bytes()) {
      timeline.again(Step.FETCHED, System.nanoTime());
      Loading loaded = load(bytes.buffer());
      graphTo = loaded.reason().isEmpty() ? complete.graphTo() : "";
      sourceBytes = bytes.size();
      return loaded;
    }
  }

  /** Where a prepared graph of what was loaded is wanted; empty: nowhere. */
  public String graphTo() {
    return graphTo;
  }

  /** How long the model is, when it was loaded from itself. */
  public long sourceBytes() {
    return sourceBytes;
  }

  /** The model itself, once more. */
  public Fetched fetchSource() {
    return source.fetchSource();
  }

  /**
   * What another pod made; empty when it does not load here. The session reads the bytes in place.
   */
  private Optional<Loading> prepared(ModelBytes bytes) {
    try (OrtSession.SessionOptions options = OrtOptions.prepared(config.threads())) {
      OrtSession session = environment().createSession(bytes.buffer(), options);
      timeline.reach(Step.SESSION, System.nanoTime());
      try {
        return Optional.of(warmed(Model.of(environment(), session, bytes.size(), bytes::close)));
      } catch (Model.Unsupported e) {
        session.close(); // before its bytes
        throw e;
      }
    } catch (Model.Unsupported | OrtException e) {
      bytes.close();
      log.warn("a prepared graph does not load", "problem", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Loading warmed(Model model) {
    warmUp(model);
    timeline.reach(Step.WARM, System.nanoTime());
    return new Loading.Loaded(model);
  }

  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "reveille");
  }

  private Loading load(ByteBuffer bytes) {
    Digest digest = Digest.begin(config.source().digest(), bytes);
    try {
      Optional<String> refusal = ModelCheck.refusal(bytes);
      return refusal.isPresent()
          ? digest.orMismatch(new Loading.Failed("ModelInvalid", refusal.get()))
          : session(bytes, digest);
    } catch (Model.Unsupported e) {
      return new Loading.Failed("UnsupportedType", String.valueOf(e.getMessage()));
    } catch (OrtException e) {
      return digest.orMismatch(
          new Loading.Failed("ModelInvalid", "ONNX Runtime: " + e.getMessage()));
    } finally {
      digest.mismatch(); // it reads the bytes, which end now
    }
  }

  /** Bytes of another digest may be parsed, as untrusted as any, but never run. */
  private Loading session(ByteBuffer bytes, Digest digest) throws OrtException, Model.Unsupported {
    try (OrtSession.SessionOptions options = OrtOptions.source(config.threads())) {
      OrtSession session = environment().createSession(bytes, options);
      timeline.reach(Step.SESSION, System.nanoTime());
      String mismatch = digest.mismatch();
      if (!mismatch.isEmpty()) {
        session.close();
        return new Loading.Failed("DigestMismatch", mismatch);
      }
      return warmed(Model.of(environment(), session, bytes.limit(), () -> {}));
    }
  }

  /**
   * Zeros of the declared shape may mean nothing to a model (an index out of range, a length of 1
   * where it wants 2): what a run allocates lazily is allocated all the same, and a model that real
   * input suits must not be turned away for it. So a failure is logged and counts as the run.
   */
  private void warmUp(Model model) {
    try {
      model.warmUp();
    } catch (BadTensor | OrtException | ArithmeticException | IllegalStateException e) {
      log.warn(
          "the warm-up run failed; serving all the same", "error", String.valueOf(e.getMessage()));
    }
  }
}
