package dev.reveille.modelserver.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/**
 * Compares a model's bytes with the digest they must have, beside the loading: without the
 * optimising compiler, which the start forgoes, SHA-256 of a model takes as long as all the rest.
 */
final class Digest {
  private static final String NONE = "";

  private final CompletableFuture<String> mismatch = new CompletableFuture<>();

  private Digest() {}

  /** Begins; {@code expected} is {@code sha256:HEX}, or empty: anything is right. */
  static Digest begin(String expected, ByteBuffer bytes) {
    Digest digest = new Digest();
    if (expected.isEmpty()) {
      digest.mismatch.complete(NONE);
    } else {
      Thread thread = new Thread(() -> digest.compare(expected, bytes.duplicate()), "digest");
      thread.setDaemon(true);
      thread.start();
    }
    return digest;
  }

  private void compare(String expected, ByteBuffer bytes) {
    try {
      String actual = of(bytes);
      mismatch.complete(
          actual.equals(expected) ? NONE : "the model has digest " + actual + ", not " + expected);
    } catch (RuntimeException e) {
      mismatch.complete("the model's digest cannot be computed: " + e);
    }
  }

  /** As a user would write it: {@code sha256:HEX}. */
  static String of(ByteBuffer bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.duplicate());
      return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Waits for the end; a sentence, empty when the digest is right. */
  String mismatch() {
    return mismatch.join();
  }

  /** The failure that counts: that of other bytes is theirs, not the model's. */
  Loading.Failed orMismatch(Loading.Failed failed) {
    String sentence = mismatch();
    return sentence.isEmpty() ? failed : new Loading.Failed("DigestMismatch", sentence);
  }
}
