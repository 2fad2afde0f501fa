package dev.reveille.modelserver.model;

/**
 * An input or output as the model declares it; a dimension of -1 takes any size.
 *
 * @param shape the dimensions
 */
public record TensorSpec(String name, Datatype datatype, long[] shape) {

  /** Why a tensor of this shape does not fit; empty when it does. */
  String misfit(long[] actual) {
    boolean fits = actual.length == shape.length;
    for (int i = 0; fits && i < actual.length; i++) {
      fits = shape[i] < 0 || shape[i] == actual[i];
    }
    return fits
        ? ""
        : "has shape "
            + text(actual)
            + ", the model takes "
            + text(shape)
            + (text(shape).contains("-1") ? " (-1: any size)" : "");
  }

  public static String text(long[] shape) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < shape.length; i++) {
      text.append(i == 0 ? "" : ", ").append(shape[i]);
    }
    return text.append(']').toString();
  }
}
