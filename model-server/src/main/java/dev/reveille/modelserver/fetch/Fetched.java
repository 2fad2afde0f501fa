package dev.reveille.modelserver.fetch;

/** What came of fetching the model. */
public sealed interface Fetched {
  /**
   * It is here; whoever takes it closes it.
   *
   * @param graphTo where the depot would like a prepared graph of it to be put; empty: nowhere
   */
  record Complete(ModelBytes bytes, String graphTo) implements Fetched {}

  /** A graph that another pod of the endpoint prepared is here; whoever takes it closes it. */
  record Prepared(ModelBytes bytes) implements Fetched {}

  /** It is not to be had; {@code reason} is a CamelCase word, {@code message} a sentence. */
  record Failed(String reason, String message) implements Fetched {}

  /** More bytes than an ONNX file can have. */
  static Failed tooLarge(long size) {
    return new Failed(
        "ModelTooLarge", "a model of " + size + " bytes cannot be loaded: ONNX files end at 2 GiB");
  }
}
