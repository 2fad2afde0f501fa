package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.LoadReport.Ejected;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that is left out is named, with the reason; once. */
class BackendsConditionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Ejected BROKEN =
      new Ejected("minilm-x", "GatewayError", "answered with 502, 503 or 504", false);
  private static final Ejected AWAY =
      new Ejected("minilm-y", "Unreachable", "cannot be reached", false);
  private static final Ejected KEPT =
      new Ejected("minilm-z", "BrokeOff", "broke off before it answered", true);

  private static InferenceEndpointStatus status(Given given) {
    return EndpointStatus.of(given.replicas(3, 3).observed(), Given.CONFIG, NOW);
  }

  @Test
  void allIsWellWhileNoneIsLeftOutAsleepAsWell() {
    assertEquals("True NoneLeftOut", Conditions.text(status(new Given()), "BackendsHealthy"));
    InferenceEndpointStatus asleep = EndpointStatus.of(new Given().observed(), Given.CONFIG, NOW);
    assertEquals("True NoneLeftOut", Conditions.text(asleep, "BackendsHealthy"));
  }

  @Test
  void thePodIsNamedAndWhy() {
    InferenceEndpointStatus before = status(new Given());
    InferenceEndpointStatus now = status(new Given().ejected(BROKEN).before(before));
    assertEquals("False LeftOut", Conditions.text(now, "BackendsHealthy"));
    String sentence =
        "pod minilm-x answered with 502, 503 or 504: no requests until a trial goes well";
    assertEquals(List.of(new News("LeftOut", sentence, true)), News.between(before, now));
    assertEquals(now, status(new Given().ejected(BROKEN).before(now)), "nothing to write");
  }

  @Test
  void severalAreNamedTogether() {
    InferenceEndpointStatus now = status(new Given().ejected(BROKEN, AWAY));
    assertEquals(
        "pod minilm-x answered with 502, 503 or 504; pod minilm-y cannot be reached: no requests"
            + " until a trial goes well",
        now.conditions().stream()
            .filter(each -> each.getType().equals("BackendsHealthy"))
            .findFirst()
            .orElseThrow()
            .getMessage());
  }

  @Test
  void oneThatIsKeptForWantOfAnotherIsNamedToo() {
    InferenceEndpointStatus now = status(new Given().ejected(KEPT));
    assertEquals("False Failing", Conditions.text(now, "BackendsHealthy"));
    assertEquals(
        List.of(
            "pod minilm-z broke off before it answered: it is asked all the same, for there is no"
                + " other; see its log"),
        News.between(status(new Given()), now).stream().map(News::message).toList());
    assertEquals(
        "False LeftOut",
        Conditions.text(status(new Given().ejected(BROKEN, KEPT)), "BackendsHealthy"));
  }

  @Test
  void anActivatorThatIsSilentOnceDoesNotMakeItWell() {
    InferenceEndpointStatus before = status(new Given().ejected(BROKEN));
    assertEquals(
        "False LeftOut",
        Conditions.text(
            status(new Given().load(0, 0, 0, 3, false).before(before)), "BackendsHealthy"));
    assertEquals(
        "True NoneLeftOut",
        Conditions.text(
            status(new Given().load(0, 0, 0, 3, true).before(before)), "BackendsHealthy"));
  }
}
