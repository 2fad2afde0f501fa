package dev.reveille.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.internal.LoadReport;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulation's short cut says what JSON would say. */
class TranslationTest {
  @Test
  void aLoadReportArrivesAsItDoesInJson() throws IOException {
    LoadReport said =
        new LoadReport(
            "activator-0",
            "e.7",
            false,
            2,
            List.of(
                new LoadReport.EndpointLoad(
                    "u1",
                    "demo",
                    "e0",
                    1,
                    2,
                    0,
                    3,
                    null,
                    List.of(new LoadReport.Bridge("small-1", 4)),
                    null,
                    List.of(),
                    List.of())),
            List.of(new LoadReport.PoolLoad("p", "demo", "small", 1, 2, 3, List.of("small-2"))));
    ObjectMapper json = new ObjectMapper();
    assertEquals(
        json.readValue(
            json.writeValueAsBytes(said), dev.reveille.operator.activators.LoadReport.class),
        Translation.ofLoad(said));
  }
}
