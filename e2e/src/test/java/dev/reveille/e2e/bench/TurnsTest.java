package dev.reveille.e2e.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.bench.Contender.Measured;
import java.net.URI;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final URI ANYWHERE = URI.create("http://127.0.0.1");

  @Test
  void wrksSummaryIsReadInMillisecondsAndSeconds() {
    assertEquals(
        new Wrk.Load(6000, 2.0, 3, 0.25, 1.5, 20),
        Wrk.parse(
            "Running 2s test\nrequests=6000 micros=2000000 errors=3 p50=250 p99=1500 max=20000\n"));
  }

  @Test
  void whatIsNoSummaryIsNoMeasurement() {
    assertThrows(
        IllegalStateException.class, () -> Wrk.parse("unable to connect to 127.0.0.1:1\n"));
  }

  @Test
  void throughputIsComparedWithNginxByMedians() {
    Turns turns = new Turns(16);
    Contender nginx = contender("nginx");
    Contender activator = contender("activator");
    for (int perSecond : new int[] {100, 1000, 5000}) {
      turns.add(nginx, measured(perSecond));
      turns.add(activator, measured(perSecond / 2));
    }
    String row =
        turns
            .toString()
            .lines()
            .filter(line -> line.contains("activator"))
            .findFirst()
            .orElseThrow();
    assertTrue(row.contains("|        500 |    0.50 |"), row);
  }

  private static Contender contender(String name) {
    return new Contender(name, ANYWHERE, () -> Contender.Used.NOTHING_KNOWN);
  }

  private static Measured measured(int perSecond) {
    return new Measured(new Wrk.Load(perSecond, 1, 0, 1, 2, 3), 50, 9000);
  }
}
