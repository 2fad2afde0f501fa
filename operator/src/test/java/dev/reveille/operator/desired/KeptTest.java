package dev.reveille.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes back from the API server is what was desired. */
class KeptTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1                      | a: 1",
        "{a: {}, b: [], c: null}   | a: {}",
        "{a: {b: [], c: {d: []}}}  | a: {c: {}}",
        "a: [{b: [], c: x}, y]     | a: [{c: x}, y]",
        "{a: '', b: false, c: 0}   | {a: '', b: false, c: 0}",
      })
  void emptyListsAndNullsAreNot(String given, String kept) {
    assertEquals(yaml(kept), Kept.of(yaml(given)));
  }

  private static Map<?, ?> yaml(String text) {
    return Serialization.unmarshal("---\n" + text, Map.class);
  }
}
