package dev.reveille.operator.metricsapi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A new serving certificate and the authority that signed it; the authority's key is gone. */
record Issued(Certificates.Pair pair, X509Certificate authority) {
  static final Duration VALID = Duration.ofDays(90);

  /** The clocks of a cluster differ. */
  static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 127;

  static Issued by(String dnsName, Instant now) {
    try {
      KeyPair authority = keys();
      KeyPair own = keys();
      BigInteger serial = new BigInteger(SERIAL_BITS, RANDOM);
      // Each authority has a name of its own, so that a bundle of two is unambiguous.
      X500Name issuer = new X500Name("CN=reveille-metrics-ca-" + serial.toString(36));
      X509v3CertificateBuilder above = builder(issuer, issuer, authority.getPublic(), now);
      above.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      above.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));

      X509v3CertificateBuilder below =
          builder(issuer, new X500Name("CN=reveille-metrics"), own.getPublic(), now);
      below.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      below.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      below.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      below.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
      return new Issued(
          new Certificates.Pair(
              signed(below, authority.getPrivate()),
              Certificates.pem("PRIVATE KEY", own.getPrivate().getEncoded())),
          signed(above, authority.getPrivate()));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("every JDK has EC keys on P-256", e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(VALID)),
        subject,
        key);
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    byte[] encoded =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }
}
