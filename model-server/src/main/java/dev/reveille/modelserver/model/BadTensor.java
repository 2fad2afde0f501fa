package dev.reveille.modelserver.model;

/** Input that is not what the model takes; its message completes "tensor 'x' …" or stands alone. */
public final class BadTensor extends Exception {
  private static final long serialVersionUID = 1L;

  public BadTensor(String message) {
    super(message);
  }
}
