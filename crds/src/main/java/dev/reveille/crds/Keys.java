package dev.reveille.crds;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that Reveille's parts show each other, all derived from one master key with HMAC-SHA256
 * (the table "wire contract" in ARCHITECTURE.md). A key is good for one endpoint and revision, or
 * for one component.
 */
public final class Keys {
  /** Bytes of a master key. */
  public static final int MASTER_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec master;

  private Keys(byte[] master) {
    this.master = new SecretKeySpec(master, ALGORITHM);
  }

  /** Keys of a master key as the Secret holds it. */
  public static Keys ofBase64(String master) {
    byte[] bytes = Base64.getDecoder().decode(master.strip());
    if (bytes.length != MASTER_BYTES) {
      throw new IllegalArgumentException(
          "a master key has " + MASTER_BYTES + " bytes, not " + bytes.length);
    }
    return new Keys(bytes);
  }

  /** What a model pod shows the activator; {@code modelId} is empty without a depot model. */
  public String endpoint(String uid, String revision, String modelId) {
    return sign("endpoint\n" + uid + "\n" + revision + "\n" + modelId);
  }

  /** What a pod of a WarmPool shows the activator. */
  public String pool(String uid, String namespace, String name, String revision) {
    return sign("pool\n" + uid + "\n" + namespace + "\n" + name + "\n" + revision);
  }

  /** What the operator shows an activator. */
  public String operator() {
    return sign("component\noperator");
  }

  /** What an activator shows another. */
  public String activator() {
    return sign("component\nactivator");
  }

  /** Compares in constant time. */
  public static boolean same(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  /** The id of a model in the depot: what is fetched, and what it must be. */
  public static String modelId(ModelSpec model) {
    String digest = model.digest() == null ? "" : model.digest();
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((model.storageUri() + "\n" + digest).getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private String sign(String message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(master);
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
