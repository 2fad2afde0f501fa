package dev.reveille.activator.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.IgnoreSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests neither wake an endpoint nor keep it awake. */
class IgnoredTest {
  private static final IgnoreSpec OWN = new IgnoreSpec(List.of("Acme-Monitor/"), List.of("/ping"));

  @ParameterizedTest
  @CsvSource({
    "true, HEAD, /, ''",
    "true, HEAD, /?x=1, curl/8.5.0",
    "true, OPTIONS, /, ''",
    "false, GET, /, ''",
    "false, POST, /, ''",
    "false, HEAD, /x, ''",
    "false, OPTIONS, /x, ''",
    "true, GET, /v2/health/live, ''",
    "true, GET, /v2/health/ready?verbose, ''",
    "true, GET, /healthz, ''",
    "false, GET, /healthz/more, ''",
    "false, GET, /v2/models/m/ready, ''",
    "false, POST, /v2/health/ready, ''",
    "true, GET, /x, kube-probe/1.34",
    "true, GET, /x, GoogleHC/1.0",
    "true, GET, /x, ELB-HealthChecker/2.0",
    "true, GET, /x, Edge Health Probe",
    "true, GET, /x, Amazon-Route53-Health-Check-Service (ref 1)",
    "true, GET, /x, Consul Health Check",
    "true, GET, /x, KUBE-PROBE/1.34",
    "false, GET, /x, my kube-probe/1.34",
    "false, POST, /x, kube-probe/1.34",
    "false, PUT, /x, ELB-HealthChecker/2.0",
    "true, GET, /x, Acme-Monitor/3",
    "false, GET, /x, Acme",
    "false, POST, /x, Acme-Monitor/3",
    "true, GET, /ping, ''",
    "true, HEAD, /ping?deep, ''",
    "false, GET, /ping/, ''",
    "false, POST, /ping, ''"
  })
  void isNoDemand(boolean ignored, String method, String uri, String agent) {
    assertEquals(ignored, Ignored.is(method, uri, agent.isEmpty() ? null : agent, false, OWN));
  }

  @ParameterizedTest
  @CsvSource({
    "false, OPTIONS, /, ''",
    "false, OPTIONS, /v2/models/m/infer, ''",
    "false, OPTIONS, /ping, kube-probe/1.34",
    "true, HEAD, /, ''"
  })
  void aPreflightAsksForACallThatFollows(boolean ignored, String method, String uri, String agent) {
    assertEquals(ignored, Ignored.is(method, uri, agent, true, OWN));
  }

  @ParameterizedTest
  @CsvSource({"/ping", "/x"})
  void withoutSettingsOfItsOwnNothingMoreIs(String uri) {
    assertEquals(false, Ignored.is("GET", uri, "Acme-Monitor/3", false, IgnoreSpec.NONE));
  }
}
