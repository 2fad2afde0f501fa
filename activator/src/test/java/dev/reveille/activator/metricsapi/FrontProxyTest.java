package dev.reveille.activator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the ConfigMap of the cluster lets in. */
class FrontProxyTest {
  private static FrontProxy named(String json) {
    return FrontProxy.of(
            Map.of("requestheader-client-ca-file", "PEM", "requestheader-allowed-names", json))
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"front-proxy-client\"] | CN=front-proxy-client | true",
        "[\"front-proxy-client\"] | CN=front-proxy-client,O=any | true",
        "[\"other\",\"front-proxy-client\"] | CN=front-proxy-client | true",
        "[\"front-proxy-client\"] | CN=admin | false",
        "[\"front-proxy-client\"] | O=front-proxy-client | false",
        "[\"front-proxy-client\"] | CN=admin,O=CN\\=front-proxy-client | false",
        "[] | CN=anybody | true",
      })
  void theCommonNameDecides(String names, String subject, boolean admitted) {
    assertEquals(admitted, named(names).admits(new X500Principal(subject)));
  }

  @Test
  void withoutAuthoritiesOrWithNamesThatCannotBeReadNobodyIs() {
    assertEquals(Optional.empty(), FrontProxy.of(null));
    assertEquals(Optional.empty(), FrontProxy.of(Map.of("client-ca-file", "PEM")));
    assertEquals(
        Optional.empty(),
        FrontProxy.of(
            Map.of("requestheader-client-ca-file", "P", "requestheader-allowed-names", "x")));
    assertTrue(
        FrontProxy.of(Map.of("requestheader-client-ca-file", "P"))
            .filter(proxy -> proxy.names().equals(List.of()))
            .isPresent());
  }
}
