package dev.reveille.operator.metricsapi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reveille.operator.Wire;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the Secret of the metrics listener holds. Each certificate was signed by an authority of its
 * own, whose key was thrown away: nobody can sign another.
 *
 * @param current what the activators show
 * @param next what they show once everybody trusts it
 * @param authorities whom callers are to trust
 */
record Certificates(Pair current, Optional<Pair> next, List<X509Certificate> authorities) {
  private static final String AUTHORITIES = "ca.crt";
  private static final String NEXT_CERTIFICATE = "next.crt";
  private static final String NEXT_KEY = "next.key";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  Certificates {
    authorities = List.copyOf(authorities);
  }

  /** A certificate with its private key, PKCS #8 in PEM. */
  record Pair(X509Certificate certificate, String key) {

    /** It is for that name, valid at that time, and one of those signed it. */
    boolean isGood(String dnsName, List<X509Certificate> authorities, Instant now) {
      return names(certificate).contains(dnsName)
          && !now.isBefore(certificate.getNotBefore().toInstant())
          && now.isBefore(certificate.getNotAfter().toInstant())
          && authorities.stream().anyMatch(this::isSignedBy);
    }

    boolean isSignedBy(X509Certificate authority) {
      try {
        certificate.verify(authority.getPublicKey());
        return certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal());
      } catch (GeneralSecurityException e) {
        return false;
      }
    }

    private static List<String> names(X509Certificate certificate) {
      try {
        var names = certificate.getSubjectAlternativeNames();
        return names == null
            ? List.of()
            : names.stream().map(name -> String.valueOf(name.get(1))).toList();
      } catch (CertificateParsingException e) {
        return List.of();
      }
    }

    @Override
    public String toString() {
      return certificate.getSubjectX500Principal() + " until " + certificate.getNotAfter();
    }
  }

  static Certificates first(Issued issued) {
    return new Certificates(issued.pair(), Optional.empty(), List.of(issued.authority()));
  }

  /** With one that is to follow; its authority is trusted beside the one of the present. */
  Certificates followedBy(Issued issued) {
    List<X509Certificate> trusted =
        new ArrayList<>(authorities.stream().filter(current::isSignedBy).toList());
    trusted.add(issued.authority());
    return new Certificates(current, Optional.of(issued.pair()), trusted);
  }

  Certificates promoted() {
    return new Certificates(next.orElse(current), Optional.empty(), authorities);
  }

  /** What an APIService has as its caBundle. */
  String caBundle() {
    return base64(bundle());
  }

  private String bundle() {
    return authorities.stream().map(Certificates::pem).collect(Collectors.joining());
  }

  /** Empty for what is no such Secret, or an empty one. */
  static Optional<Certificates> parse(@Nullable Map<String, String> secret) {
    if (secret == null) {
      return Optional.empty();
    }
    try {
      Optional<Pair> current = pair(secret, Wire.METRICS_CERTIFICATE, Wire.METRICS_KEY);
      List<X509Certificate> authorities = certificates(secret.get(AUTHORITIES));
      Optional<Pair> next = pair(secret, NEXT_CERTIFICATE, NEXT_KEY);
      return current.map(pair -> new Certificates(pair, next, authorities));
    } catch (CertificateException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Pair> pair(Map<String, String> secret, String certificate, String key)
      throws CertificateException {
    List<X509Certificate> certificates = certificates(secret.get(certificate));
    String encoded = secret.get(key);
    return certificates.isEmpty() || encoded == null
        ? Optional.empty()
        : Optional.of(
            new Pair(
                certificates.getFirst(),
                new String(Base64.getDecoder().decode(encoded), US_ASCII)));
  }

  private static List<X509Certificate> certificates(@Nullable String encoded)
      throws CertificateException {
    if (encoded == null) {
      return List.of();
    }
    byte[] pem = Base64.getDecoder().decode(encoded);
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /** The Secret's data. */
  Map<String, String> data() {
    Map<String, String> data = new TreeMap<>();
    data.put(AUTHORITIES, base64(bundle()));
    data.put(Wire.METRICS_CERTIFICATE, base64(pem(current.certificate())));
    data.put(Wire.METRICS_KEY, base64(current.key()));
    next.ifPresent(
        pair -> {
          data.put(NEXT_CERTIFICATE, base64(pem(pair.certificate())));
          data.put(NEXT_KEY, base64(pair.key()));
        });
    return data;
  }

  private static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalStateException("what was decoded can be encoded", e);
    }
  }

  static String pem(String what, byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, LINES.encodeToString(encoded), what);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
