package dev.reveille.activator.metricsapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.activator.Wire;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The certificate that the metrics listener shows, and its key; PEM, made by the operator. */
public record ServingPair(String certificate, String key) {

  /** Empty until the operator has filled the Secret. */
  public static Optional<ServingPair> of(@Nullable Map<String, String> secret) {
    if (secret == null) {
      return Optional.empty();
    }
    String certificate = secret.get(Wire.METRICS_CERTIFICATE);
    String key = secret.get(Wire.METRICS_KEY);
    return certificate == null || key == null
        ? Optional.empty()
        : Optional.of(new ServingPair(decoded(certificate), decoded(key)));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }

  @Override
  public String toString() {
    return "ServingPair"; // the key is nobody's to read in a log
  }
}
