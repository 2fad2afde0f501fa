package dev.reveille.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An endpoint that flaps does not flood its namespace with Events. */
class EventBudgetTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private final EventBudget budget = new EventBudget();

  private long granted(String uid, int asked, Instant at) {
    return IntStream.range(0, asked).filter(i -> budget.take(uid, at)).count();
  }

  @Test
  void aBurstThenOneEveryTenSeconds() {
    assertEquals(40, granted("u", 100, NOW));
    assertEquals(0, granted("u", 1, NOW.plusSeconds(9)));
    assertEquals(1, granted("u", 5, NOW.plusSeconds(10)));
    assertEquals(6, granted("u", 50, NOW.plusSeconds(70)));
    assertEquals(40, granted("other", 100, NOW), "each endpoint has its own");
  }
}
