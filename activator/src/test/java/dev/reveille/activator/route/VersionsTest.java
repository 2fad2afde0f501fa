package dev.reveille.activator.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.route.Versions.Version;
import dev.reveille.crds.CanarySpec;
import dev.reveille.crds.ModelSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two versions a request goes to. */
class VersionsTest {
  private static CanarySpec canary(int percent, Map<String, String> headers, String sticky) {
    return new CanarySpec(ModelSpec.at("http://h/m"), null, null, percent, headers, sticky);
  }

  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (text != null) {
      Arrays.stream(text.split(";"))
          .map(field -> field.split("="))
          .forEach(field -> fields.put(field[0], field[1]));
    }
    return fields;
  }

  @ParameterizedTest(name = "{0}% {1}, request {2}, proven {3}, dice {4}: {5}")
  @CsvSource({
    "10, , , true, 9, CANARY_BY_SHARE",
    "10, , , true, 10, STABLE",
    "100, , , true, 99, CANARY_BY_SHARE",
    "0, , , true, 0, STABLE",
    "100, , , false, 0, STABLE",
    "0,   X-Try=yes,         X-Try=yes,        true,  99, CANARY_ASKED_FOR",
    "0,   X-Try=yes,         x-try=yes,        false, 99, CANARY_ASKED_FOR",
    "0,   X-Try=yes,         X-Try=no,         true,  0,  STABLE",
    "0,   X-Try=yes,                  ,        true,  0,  STABLE",
    "0,   X-Try=yes;X-Who=me, X-Try=yes,       true,  0,  STABLE",
    "0,   X-Try=yes;X-Who=me, X-Who=me;X-Try=yes, true, 0, CANARY_ASKED_FOR",
    "10,  X-Try=yes,         X-Try=no,         true,  5,  CANARY_BY_SHARE",
    "10,  X-Try=yes,         X-Try=no,         false, 5,  STABLE"
  })
  void chooses(
      int percent, String wanted, String given, boolean proven, int dice, Version expected) {
    Map<String, String> request = fields(given);
    assertEquals(
        expected,
        Versions.choose(
            canary(percent, fields(wanted), null), "uid", proven, request::get, () -> dice));
  }

  @Test
  void aStickyHeaderDecidesInsteadOfTheDice() {
    CanarySpec half = canary(50, Map.of(), "X-User");
    for (int user = 0; user < 100; user++) {
      Map<String, String> request = fields("X-User=" + user);
      assertEquals(
          Versions.choose(half, "uid", true, request::get, () -> 0),
          Versions.choose(half, "uid", true, request::get, () -> 99));
    }
    assertEquals(
        Version.CANARY_BY_SHARE,
        Versions.choose(half, "uid", true, fields(null)::get, () -> 0),
        "who has no such header is left to chance");
  }

  @ParameterizedTest
  @CsvSource({"1", "10", "50", "90"})
  void aShareOfStickyCallersIsOfItsSizeAndGrowsByNewOnesOnly(int percent) {
    int callers = 20_000;
    int share =
        (int) IntStream.range(0, callers).filter(user -> isCanary("a", percent, user)).count();
    double deviation = Math.sqrt(callers * percent / 100.0 * (1 - percent / 100.0));
    assertEquals(callers * percent / 100.0, share, 5 * deviation);
    assertTrue(
        IntStream.range(0, callers)
            .filter(user -> isCanary("a", percent, user))
            .allMatch(user -> isCanary("a", percent + 5, user)),
        "who is in the share stays in it when it grows");
  }

  @Test
  void anotherEndpointHasOtherCallersInItsShare() {
    assertNotEquals(
        IntStream.range(0, 100).filter(user -> isCanary("a", 50, user)).boxed().toList(),
        IntStream.range(0, 100).filter(user -> isCanary("b", 50, user)).boxed().toList());
  }

  private static boolean isCanary(String uid, int percent, int user) {
    return Versions.choose(
            canary(percent, Map.of(), "X-User"),
            uid,
            true,
            fields("X-User=user-" + user)::get,
            () -> 0)
        == Version.CANARY_BY_SHARE;
  }
}
