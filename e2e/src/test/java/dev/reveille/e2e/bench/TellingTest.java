package dev.reveille.e2e.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.e2e.kit.ServerTiming;
import java.io.StringReader;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** What is told of figures: table, timeline, JSON, picture. */
class TellingTest {
  private static final ColdStart SLOW = coldStart(420, "queue;dur=390, scale;dur=10, total;dur=10");
  private static final ColdStart MIDDLE =
      coldStart(
          400,
          "queue;dur=390, scale;dur=8, container;dur=200, jvm;dur=0.0, session;dur=182,"
              + " forward;dur=4, total;dur=394");
  private static final ColdStart FAST = coldStart(380, "scale;dur=10, total;dur=10");

  @Test
  void theTableComparesColdStartsWithTheFloor() {
    Table table =
        new Table(OptionalDouble.of(160))
            .coldStart("floor", Spread.of(160))
            .coldStart("ordinary", Spread.of(400, 380, 1420))
            .row("warm", Spread.of(1.234, 5.6));
    assertEquals(
        """
        | milliseconds                               |     N |      p50 |      p95 |      max | × floor |
        |--------------------------------------------|------:|---------:|---------:|---------:|--------:|
        | floor                                      |     1 |    160.0 |    160.0 |    160.0 |    1.00 |
        | ordinary                                   |     3 |    400.0 |   1420.0 |   1420.0 |    2.50 |
        | warm                                       |     2 |     1.23 |     5.60 |     5.60 |         |""",
        table.toString());
  }

  @Test
  void withoutAFloorThereIsNoRatio() {
    Table table = new Table(OptionalDouble.empty()).coldStart("elsewhere", Spread.of(1600));
    assertTrue(table.toString().endsWith("|     1600 |     1600 |     1600 |         |"));
  }

  @Test
  void theMedianIsAColdStartThatHappened() {
    assertEquals(MIDDLE, ColdStart.median(List.of(SLOW, FAST, MIDDLE)));
    assertEquals(FAST, ColdStart.median(List.of(SLOW, FAST)), "of two, the faster");
  }

  @Test
  void theTimelineSaysWhatNoPhaseAccountsFor() {
    Figures figures = new Figures();
    figures.coldStart("ordinary", ColdStart.client(List.of(MIDDLE)));
    figures.median("ordinary path", MIDDLE);
    String text = figures.text();
    assertTrue(text.contains("container    200.0 ms, from 8.0"), text);
    assertTrue(text.contains("394.0 ms; the client waited 400.0 ms, 6.0 ms (1.5 %) more"), text);
  }

  @Test
  void theFiguresAreJson() throws Exception {
    Figures figures = new Figures();
    figures.floor(Spread.of(200));
    figures.coldStart("ordinary", ColdStart.client(List.of(SLOW, MIDDLE, FAST)));
    figures.median("ordinary path", MIDDLE);
    figures.remark("one storm");
    JsonNode json = new ObjectMapper().readTree(figures.json());
    assertEquals(2.0, json.at("/parts/1/timesFloor").asDouble());
    assertEquals(3, json.at("/parts/1/sortedMillis").size());
    assertEquals(200, json.at("/medianColdStarts/ordinary path/phases/1/millis").asDouble());
    assertEquals("one storm", json.at("/remarks/0").asText());
  }

  @Test
  void thePictureIsXmlWithABarAPhaseEndToEnd() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new InputSource(
                    new StringReader(
                        new Waterfall()
                            .add("ordinary <path> & more", MIDDLE.timing().phases())
                            .svg())));
    assertEquals("0 0 860 254", svg.getDocumentElement().getAttribute("viewBox"));
    List<Bar> bars = Bar.of(svg);
    assertEquals(5, bars.size(), "one a phase");
    for (int i = 1; i < bars.size(); i++) {
      Bar before = bars.get(i - 1);
      if (before.width() > 1.5) {
        assertEquals(before.x() + before.width(), bars.get(i).x(), 0.2, "bar " + i);
      }
    }
    assertEquals(1.5, bars.get(2).width(), "a phase without time is seen");
    assertTrue(svg.getDocumentElement().getTextContent().contains("182.0 ms"));
    assertTrue(svg.getDocumentElement().getTextContent().contains("ordinary <path> & more"));
  }

  @Test
  void theScaleHasATickEvery() {
    assertEquals(
        List.of(1, 5, 20, 50, 100, 200),
        List.of(4.0, 45.0, 180.0, 411.0, 1000.0, 1001.0).stream().map(Waterfall::step).toList());
  }

  @Test
  void phasesBelongToSomebody() {
    assertEquals(Waterfall.Owner.KUBERNETES, Waterfall.Owner.of("container"));
    assertEquals(Waterfall.Owner.ACTIVATOR, Waterfall.Owner.of("claim"));
    assertEquals(Waterfall.Owner.SERVER, Waterfall.Owner.of("session"));
    assertFalse(MIDDLE.tells("claim"));
  }

  @Test
  void busyIsWhatIsNeitherIdleNorWaitingNorStolen() {
    assertEquals(
        10 * (1 + 2 + 3 + 60 + 70.0),
        Machine.busyMillis("cpu  1 2 3 4000 5000 60 70 8000 9000 10000"));
  }

  @Test
  void aProcessHasWorkedForItselfAndThroughChildrenThatEnded() {
    assertEquals(
        10 * (11 + 12 + 13 + 14),
        Machine.processMillis("7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 11 12 13 14 20 0 1 0"));
  }

  @Test
  void aStormMayTakeHalfMoreThanItsStartsCompute() {
    assertEquals(18_750, Storm.bound(50, 500, 2));
  }

  /** A rectangle of the picture. */
  private record Bar(double x, double width) {
    /** Those of phases: all but card, grid and legend. */
    static List<Bar> of(Document svg) {
      var rects = svg.getElementsByTagName("rect");
      return IntStream.range(0, rects.getLength())
          .mapToObj(i -> (Element) rects.item(i))
          .filter(rect -> rect.getAttribute("height").equals("15.0"))
          .map(
              rect ->
                  new Bar(
                      Double.parseDouble(rect.getAttribute("x")),
                      Double.parseDouble(rect.getAttribute("width"))))
          .toList();
    }
  }

  private static ColdStart coldStart(double clientMillis, String timing) {
    return new ColdStart(clientMillis, ServerTiming.parse(timing));
  }
}
