package dev.reveille.modelserver.fetch;

import java.nio.ByteBuffer;

/** What came of fetching the model. */
public sealed interface Fetched {
  /** Its bytes, in a direct buffer, from 0 to the limit. */
  record Bytes(ByteBuffer bytes) implements Fetched {}

  /** It is not to be had; {@code reason} is a CamelCase word, {@code message} a sentence. */
  record Failed(String reason, String message) implements Fetched {}
}
