package dev.reveille.activator.depot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a source may lie. */
class SourceGuardTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "168.63.129.16",
        "2001:0::1",
        "fec0::1"
      })
  void privateAddressesAreRefused(String address) throws Exception {
    assertTrue(SourceGuard.isPrivate(InetAddress.getByName(address)), address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.1.1.1", "172.32.0.1", "100.63.0.1", "193.0.0.1", "2606:4700::1111", "2a00::1"})
  void publicAddressesAreAllowed(String address) throws Exception {
    assertEquals(false, SourceGuard.isPrivate(InetAddress.getByName(address)), address);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1/m.onnx, SourceRefused",
    "http://[::1]/m.onnx,     SourceRefused",
    "http://localhost:9/m,    SourceRefused",
    "file:///etc/passwd,      SourceRefused",
    "http:///m.onnx,          SourceRefused",
    "not a uri,               SourceRefused",
    "http://no-such-host.invalid/m, SourceUnreachable"
  })
  void aSourceThatIsRefusedSaysWhy(String uri, String reason) {
    Source.Refused refused =
        assertThrows(Source.Refused.class, () -> Source.of(uri, new SourceGuard(false)));
    assertEquals(reason, refused.reason());
  }

  @Test
  void anAdministratorMayAllowThem() throws Exception {
    Source source = Source.of("http://127.0.0.1:81/a%20b?c=d", new SourceGuard(true));
    assertEquals(81, source.port());
    assertEquals("/a%20b?c=d", source.pathAndQuery());
  }
}
