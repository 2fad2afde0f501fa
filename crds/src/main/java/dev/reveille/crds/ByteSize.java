package dev.reveille.crds;

/** A number of bytes as people write it: {@code 512}, {@code 64Ki}, {@code 8Mi}, {@code 1Gi}. */
final class ByteSize {
  static final String RULE = "self.matches('^[1-9][0-9]{0,9}(Ki|Mi|Gi)?$')";
  static final String MESSAGE = "write a number of bytes such as 500000, 64Ki, 8Mi or 1Gi";

  private ByteSize() {}

  static long parse(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    long unit =
        switch (text.substring(digits)) {
          case "" -> 1L;
          case "Ki" -> 1L << 10;
          case "Mi" -> 1L << 20;
          case "Gi" -> 1L << 30;
          default -> throw new IllegalArgumentException(MESSAGE + ", not " + text);
        };
    return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit);
  }
}
