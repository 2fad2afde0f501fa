package dev.reveille.modelserver.pool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.modelserver.PoolConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The pool hello document: which pod of which pool this is, and, told to the activator, how to
 * claim it.
 */
public final class PoolHello {
  private static final int CLAIM_KEY_BYTES = 32;

  private final PoolConfig.Pool pool;
  private final String instance;
  private final String claimKey;

  public PoolHello(PoolConfig.Pool pool, String instance, String claimKey) {
    this.pool = pool;
    this.instance = instance;
    this.claimKey = claimKey;
  }

  /** A secret that nobody has had. */
  public static String newClaimKey() {
    byte[] secret = new byte[CLAIM_KEY_BYTES];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  public String instance() {
    return instance;
  }

  /** Whether {@code key} is the claim key; takes as long for any. */
  public boolean isClaimKey(String key) {
    return MessageDigest.isEqual(bytes(key), bytes(claimKey));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** For anybody who asks. */
  public byte[] report(String state, int port) {
    return document(state, port, "");
  }

  /** For the activator alone: free, and how to claim it. */
  public byte[] offer(int port) {
    return document("free", port, claimKey);
  }

  private byte[] document(String state, int port, String secret) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("uid", pool.uid());
      json.writeStringField("namespace", pool.namespace());
      json.writeStringField("name", pool.name());
      json.writeStringField("revision", pool.revision());
      json.writeStringField("instance", instance);
      json.writeNumberField("port", port);
      json.writeStringField("state", state);
      if (!secret.isEmpty()) {
        json.writeStringField("claimKey", secret);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
