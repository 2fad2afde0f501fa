package dev.reveille.operator.edits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.operator.fault.Village;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Valid edits, one after the other, end where an endpoint that is made so from the beginning ends,
 * and a second look writes nothing. A run makes some, by a seed that it prints; {@code
 * -Dreveille.edits=2000} makes more, {@code -Dreveille.seed=SEED} the same again.
 */
class RandomEditsTest {
  private static final int SOME = 80;
  private static final int ENOUGH_FOR_ALL_FIELDS = 1000;
  private static final int ENDPOINTS = 80;

  @Test
  void anEditedEndpointIsAsOneThatIsNew() throws Exception {
    int edits = Integer.getInteger("reveille.edits", SOME);
    long seed = Long.getLong("reveille.seed", System.nanoTime());
    System.out.printf("random edits: %d, seed %d%n", edits, seed);
    RandomSpec specs = new RandomSpec(seed);
    try (Village village = new Village()) {
      Map<String, ObjectNode> present = new TreeMap<>();
      for (int i = 0; i < ENDPOINTS; i++) {
        present.put("edited-" + i, specs.next());
      }
      village.make(present);
      for (int made = 0; made < edits; made += ENDPOINTS) {
        present.replaceAll((name, spec) -> specs.edit(spec));
        village.edit(present);
        assertEquals("", village.differenceFromNew(present));
      }
    }
    Set<String> missed = specs.missed();
    System.out.println("fields that no edit has had: " + missed.size());
    if (edits >= ENOUGH_FOR_ALL_FIELDS) {
      assertEquals(Set.of(), missed, "fields that no edit has had");
    }
  }
}
