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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Fetches, checks, loads and warms up the model; on a thread of its own, beside the HTTP start. */
public final class ModelLoader {
  private final Config config;
  private final ModelSource source;
  private final Timeline timeline;
  private final JsonLog log;

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
      return switch (source.fetch()) {
        case Fetched.Complete(ModelBytes bytes) -> {
          try (bytes) {
            timeline.reach(Step.FETCHED, System.nanoTime());
            yield load(bytes.buffer());
          }
        }
        case Fetched.Failed(String reason, String message) -> new Loading.Failed(reason, message);
      };
    } catch (OutOfMemoryError e) {
      return new Loading.Failed(
          "OutOfMemory", "the model does not fit into the container's memory");
    } catch (LinkageError e) {
      return new Loading.Failed("RuntimeMissing", "ONNX Runtime did not load: " + e.getMessage());
    } catch (RuntimeException e) {
      return new Loading.Failed("LoadFailed", "loading the model failed: " + e);
    }
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "reveille");
  }

  private Loading load(ByteBuffer bytes) {
    String digest = config.source().digest();
    if (!digest.isEmpty() && !digest.equals(digestOf(bytes))) {
      return new Loading.Failed(
          "DigestMismatch", "the model has digest " + digestOf(bytes) + ", not " + digest);
    }
    Optional<String> refusal = ModelCheck.refusal(bytes);
    if (refusal.isPresent()) {
      return new Loading.Failed("ModelInvalid", refusal.get());
    }
    try (OrtSession.SessionOptions options = options()) {
      Model model = Model.of(environment(), environment().createSession(bytes, options));
      timeline.reach(Step.SESSION, System.nanoTime());
      warmUp(model);
      timeline.reach(Step.WARM, System.nanoTime());
      return new Loading.Loaded(model);
    } catch (Model.Unsupported e) {
      return new Loading.Failed("UnsupportedType", String.valueOf(e.getMessage()));
    } catch (OrtException e) {
      return new Loading.Failed("ModelInvalid", "ONNX Runtime: " + e.getMessage());
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

  private OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(config.threads());
    options.setInterOpNumThreads(1);
    // Threads that wait must not burn the CPU that the quota counts.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Full optimisation costs tens of milliseconds at each start, and its layout changes pay off
    // for few models; the extended level keeps the fusions.
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
    return options;
  }

  private static String digestOf(ByteBuffer bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.duplicate());
      return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
