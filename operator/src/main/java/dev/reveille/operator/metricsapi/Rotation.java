package dev.reveille.operator.metricsapi;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to become of the metrics listener's certificate; decided without I/O. A new one is made
 * while the old one is good, trusted first and shown later, so that at no time a caller sees one
 * that it does not trust.
 */
sealed interface Rotation {
  /** Nothing is due. */
  record Keep() implements Rotation {}

  /** None that could be shown is there: make one at once. */
  record Begin() implements Rotation {}

  /** Make the one that is to follow. */
  record Prepare() implements Rotation {}

  /** Show the one that was to follow. */
  record Promote() implements Rotation {}

  /** Before the end; long enough for an operator that was away. */
  Duration RENEW_BEFORE = Duration.ofDays(30);

  /** How long a new authority is trusted before its certificate is shown. */
  Duration TRUSTED_FOR = Duration.ofMinutes(10);

  /**
   * @param dnsName that callers want to see
   * @param trusted whether the cluster was told of all the authorities
   */
  static Rotation decide(
      Optional<Certificates> there, String dnsName, boolean trusted, Instant now) {
    Optional<Certificates> good =
        there.filter(each -> each.current().isGood(dnsName, each.authorities(), now));
    if (good.isEmpty()) {
      return new Begin();
    }
    Certificates certificates = good.get();
    Optional<Certificates.Pair> next =
        certificates.next().filter(pair -> pair.isGood(dnsName, certificates.authorities(), now));
    if (next.isPresent()) {
      Instant made = next.get().certificate().getNotBefore().toInstant().plus(Issued.BACKDATED);
      return trusted && !now.isBefore(made.plus(TRUSTED_FOR)) ? new Promote() : new Keep();
    }
    Instant end = certificates.current().certificate().getNotAfter().toInstant();
    return now.isBefore(end.minus(RENEW_BEFORE)) ? new Keep() : new Prepare();
  }
}
