package dev.reveille.operator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a certificate is made, trusted and shown. Time is what the test says it is. */
class RotationTest {
  private static final String NAME = "reveille-activator-metrics.reveille.svc";
  private static final Instant BEGAN = Instant.parse("2026-03-01T12:00:00Z");
  private static final Certificates FIRST = Certificates.first(Issued.by(NAME, BEGAN));

  private static String step(Optional<Certificates> there, boolean trusted, Duration since) {
    return Rotation.decide(there, NAME, trusted, BEGAN.plus(since)).getClass().getSimpleName();
  }

  @ParameterizedTest
  @CsvSource({
    "P0D, Keep",
    "P59D, Keep",
    "P60D, Prepare",
    "P89D, Prepare",
    "P90D, Begin",
    "P400D, Begin",
    "-PT1H, Begin"
  })
  void aThirdOfItsTimeBeforeItsEndTheNextIsMade(Duration since, String step) {
    assertEquals(step, step(Optional.of(FIRST), true, since));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, true, Keep",
    "PT9M, true, Keep",
    "PT10M, true, Promote",
    "PT10M, false, Keep",
    "P20D, false, Keep",
    "P20D, true, Promote"
  })
  void theNextIsShownOnceItWasTrustedForAWhile(Duration since, boolean trusted, String step) {
    Instant made = BEGAN.plus(Duration.ofDays(60));
    Certificates both = FIRST.followedBy(Issued.by(NAME, made));
    assertEquals(step, step(Optional.of(both), trusted, Duration.between(BEGAN, made).plus(since)));
  }

  @Test
  void whatCannotBeShownIsReplacedAtOnce() {
    assertEquals("Begin", step(Optional.empty(), true, Duration.ZERO));
    Certificates elsewhere = Certificates.first(Issued.by("other.reveille.svc", BEGAN));
    assertEquals("Begin", step(Optional.of(elsewhere), true, Duration.ZERO));
    Certificates untrusted =
        new Certificates(FIRST.current(), Optional.empty(), elsewhere.authorities());
    assertEquals("Begin", step(Optional.of(untrusted), true, Duration.ZERO));
  }

  @Test
  void callersTrustBothTheOldAndTheNew() {
    Certificates both = FIRST.followedBy(Issued.by(NAME, BEGAN.plus(Duration.ofDays(60))));
    assertEquals(FIRST.current(), both.current());
    assertEquals(2, both.authorities().size());
    for (Certificates.Pair pair : List.of(both.current(), both.next().orElseThrow())) {
      assertEquals(1, both.authorities().stream().filter(pair::isSignedBy).count());
    }
    Certificates promoted = both.promoted();
    assertEquals(both.next(), Optional.of(promoted.current()));
    assertEquals(both.caBundle(), promoted.caBundle(), "nothing to tell the cluster");
    Certificates third = promoted.followedBy(Issued.by(NAME, BEGAN.plus(Duration.ofDays(120))));
    assertEquals(2, third.authorities().size(), "the first is forgotten");
    assertFalse(third.authorities().stream().anyMatch(FIRST.current()::isSignedBy));
  }

  @Test
  void writtenAndReadAgainIsTheSame() {
    Certificates both = FIRST.followedBy(Issued.by(NAME, BEGAN));
    assertEquals(Optional.of(both), Certificates.parse(both.data()));
    assertEquals(Optional.of(FIRST), Certificates.parse(FIRST.data()));
    assertEquals(Optional.empty(), Certificates.parse(Map.of()));
    assertEquals(Optional.empty(), Certificates.parse(Map.of("tls.crt", "?", "tls.key", "")));
  }

  @Test
  void aCertificateIsForOneNameAndForServersOnly() throws Exception {
    var certificate = FIRST.current().certificate();
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage(), "serverAuth");
    assertEquals(-1, certificate.getBasicConstraints(), "no authority");
    var authority = FIRST.authorities().getFirst();
    assertEquals(0, authority.getBasicConstraints(), "an authority of leaves");
    assertTrue(authority.getKeyUsage()[5], "may sign certificates");
  }
}
