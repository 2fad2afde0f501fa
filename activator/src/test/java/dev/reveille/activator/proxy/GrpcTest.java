package dev.reveille.activator.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC's own way to say things. */
class GrpcTest {
  @ParameterizedTest
  @CsvSource({
    "1S, 1000",
    "250m, 250",
    "2M, 120000",
    "1H, 3600000",
    "5000u, 5",
    "1n, 1",
    "0S, 1",
    "99999999H, 359999996400000",
  })
  void deadlinesAreRead(String field, long millis) {
    assertEquals(OptionalLong.of(millis), Grpc.millis(field));
  }

  @ParameterizedTest
  @CsvSource({"S", "1", "1s", "-1S", "1.5S", "100000000S", "' 1S'", "1SS", "''"})
  void whatIsNoDeadlineIsNone(String field) {
    assertEquals(OptionalLong.empty(), Grpc.millis(field));
    assertEquals(field, Grpc.left(field, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "10S, 0, 10S",
    "10S, 2500, 7500m",
    "1S, 5000, 1m",
    "99999999S, 1000, 99999998S",
    "100m, 40, 60m",
  })
  void aReplicaHearsWhatIsLeftOfTheDeadline(String given, long waited, String left) {
    assertEquals(left, Grpc.left(given, waited));
  }

  @Test
  void messagesArePrintableAscii() {
    assertEquals("plain (60 s)", Grpc.message("plain (60 s)"));
    assertEquals("100%25 na%C3%AFve%0Atwo", Grpc.message("100% naïve\ntwo"));
  }

  @ParameterizedTest
  @CsvSource({
    "404, 5", "405, 12", "408, 4", "413, 8", "431, 8", "429, 8", "501, 12", "502, 13", "503, 14",
    "504, 4"
  })
  void codesHaveTheirStatus(int http, int status) {
    assertEquals(status, Grpc.status(http));
  }
}
