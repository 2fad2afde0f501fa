package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import dev.reveille.operator.activators.LoadReport.Model;
import dev.reveille.operator.activators.LoadReport.Phase;
import dev.reveille.operator.lifecycle.Given;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the status says of cold starts, and whether they were fast enough. */
class ColdStartsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Model HERE =
      new Model(Keys.modelId(ModelSpec.at("http://h/m.onnx")), "ready", "sha256:aa", 7, "", "");

  @Test
  void coldStartsAreCountedOnce() {
    ColdStart one = new ColdStart(1000, "pod", "i1", 384.24, List.of(new Phase("scale", 6.06)));
    ColdStart two = new ColdStart(500, "pool", "i2", 1240, List.of());
    InferenceEndpointStatus first =
        EndpointStatus.of(new Given().coldStarts(one).observed(), Given.CONFIG, NOW);
    InferenceEndpointStatus second =
        EndpointStatus.of(
            new Given().coldStarts(one, two).before(first).observed(), Given.CONFIG, NOW);
    InferenceEndpointStatus third =
        EndpointStatus.of(
            new Given().coldStarts(one, two).before(second).observed(), Given.CONFIG, NOW);
    assertEquals(1, first.coldStarts().count());
    assertEquals("384ms", first.coldStarts().last().total());
    assertEquals(384.2, first.coldStarts().last().totalMillis());
    assertEquals("pod", first.coldStarts().last().path());
    assertEquals("pool", second.coldStarts().last().path());
    assertEquals(List.of(384.2, 1240.0), second.coldStarts().recentMillis());
    assertEquals(384.2, second.coldStarts().p50Millis());
    assertEquals(1240.0, second.coldStarts().p95Millis());
    assertEquals(2, second.coldStarts().count());
    assertEquals("1.24s", second.coldStarts().last().total());
    assertEquals(second, third);
    assertEquals("answered after 384 ms (pod): scale 6", ColdStarts.sentence(one));
  }

  @Test
  void oneWakeThatTwoActivatorsSawIsOneColdStartWhateverTheirClocksSay() {
    ColdStart atOne = new ColdStart(9_000_000, "pod", "i1", 300, List.of());
    ColdStart atOther = new ColdStart(1, "pod", "i1", 384, List.of());
    List<ColdStart> news = ColdStarts.news(null, List.of(atOther, atOne));
    assertEquals(List.of(atOther), news, "who waited longest");
    ColdStartsStatus before = ColdStarts.after(null, List.of(atOne));
    assertEquals(List.of(), ColdStarts.news(before, List.of(atOne, atOther)), "told already");
    ColdStart next = new ColdStart(2, "pod", "i2", 100, List.of());
    assertEquals(List.of(next), ColdStarts.news(before, List.of(atOne, next)), "a clock went back");
  }

  @Test
  void onlyTheLastFiftyAreUsual() {
    ColdStart[] many =
        IntStream.rangeClosed(1, 60)
            .mapToObj(i -> new ColdStart(i, "pod", "", i, List.of()))
            .toArray(ColdStart[]::new);
    var coldStarts =
        EndpointStatus.of(new Given().coldStarts(many).observed(), Given.CONFIG, NOW).coldStarts();
    assertEquals(60, coldStarts.count());
    assertEquals(50, coldStarts.recentMillis().size());
    assertEquals(11, coldStarts.recentMillis().getFirst());
    assertEquals(35, coldStarts.p50Millis(), "the 25th of 11 to 60");
    assertEquals(58, coldStarts.p95Millis(), "the 48th of 11 to 60");
  }

  @ParameterizedTest
  @CsvSource({"400, True WithinTarget", "384, False TargetMissed", "100, False TargetMissed"})
  void theLastColdStartIsHeldAgainstTheTarget(int target, String wanted) {
    ColdStart coldStart = new ColdStart(1000, "pod", "", 384.2, List.of());
    InferenceEndpointStatus status =
        EndpointStatus.of(
            new Given().target(target).coldStarts(coldStart).observed(), Given.CONFIG, NOW);
    assertEquals(wanted, Conditions.text(status, "ColdStartWithinTarget"));
  }

  @Test
  void withoutAColdStartNothingIsKnownAndWithoutATargetNothingIsSaid() {
    InferenceEndpointStatus none =
        EndpointStatus.of(new Given().target(5).observed(), Given.CONFIG, NOW);
    assertEquals("Unknown NoColdStart", Conditions.text(none, "ColdStartWithinTarget"));
    InferenceEndpointStatus free = EndpointStatus.of(new Given().observed(), Given.CONFIG, NOW);
    assertEquals("", Conditions.text(free, "ColdStartWithinTarget"));
  }

  @Test
  void eachColdStartIsToldAndEachThatTookTooLongIsAWarning() {
    ColdStart fast = new ColdStart(1000, "pool", "", 20, List.of());
    ColdStart slow = new ColdStart(2000, "pod", "", 384.2, List.of());
    ColdStart slower = new ColdStart(3000, "pod", "", 500, List.of());
    InferenceEndpointStatus before =
        EndpointStatus.of(
            new Given().model(HERE).target(100).coldStarts(fast).observed(), Given.CONFIG, NOW);
    InferenceEndpointStatus after =
        EndpointStatus.of(
            new Given()
                .model(HERE)
                .target(100)
                .coldStarts(fast, slow, slower)
                .before(before)
                .observed(),
            Given.CONFIG,
            NOW);
    assertEquals(List.of(), News.between(before, after), "the condition is told of below");
    assertEquals(
        List.of(
            new News("ColdStart", "answered after 384 ms (pod):", false),
            new News("TargetMissed", "A cold start took 385 ms; the target is 100 ms.", true),
            new News("ColdStart", "answered after 500 ms (pod):", false),
            new News("TargetMissed", "A cold start took 500 ms; the target is 100 ms.", true)),
        News.ofColdStarts(before, List.of(fast, slow, slower), 100));
  }
}
