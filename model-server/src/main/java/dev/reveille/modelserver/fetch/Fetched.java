package dev.reveille.modelserver.fetch;

/** What came of fetching the model. */
public sealed interface Fetched {
  /** It is here; whoever takes it closes it. */
  record Complete(ModelBytes bytes) implements Fetched {}

  /** It is not to be had; {@code reason} is a CamelCase word, {@code message} a sentence. */
  record Failed(String reason, String message) implements Fetched {}

  /** More bytes than an ONNX file can have. */
  static Failed tooLarge(long size) {
    return new Failed(
        "ModelTooLarge", "a model of " + size + " bytes cannot be loaded: ONNX files end at 2 GiB");
  }
}
