package dev.reveille.operator.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.crds.InferenceEndpointStatus;
import dev.reveille.operator.activators.LoadReport.Model;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When an endpoint sleeps, and when it must not. */
class LifecycleTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Transition STAY = new Transition.Stay();
  private static final Transition SLEEP = new Transition.Sleep();

  static Stream<Arguments> rows() {
    return Stream.of(
        row("asleep stays asleep", new Given(), STAY),
        row("idle for long enough", awake().load(0, 0, 60_000, 1, true), SLEEP),
        row(
            "idle, never got ready",
            new Given().replicas(1, 0).load(0, 0, 60_000, 0, true).pod(up("11:00:00")),
            SLEEP),
        row(
            "scaled up by hand just now, its pod does not show yet",
            new Given().replicas(1, 0).load(0, 0, 600_000, 0, true),
            later(2000)),
        row(
            "its pods are refused",
            new Given().replicas(1, 0).load(0, 0, 60_000, 0, true).refused("quota"),
            SLEEP),
        row(
            "scaled up a while ago, and no pod shows yet: evicted again and again",
            new Given()
                .replicas(1, 0)
                .scaledAt("2026-03-01T11:58:00Z")
                .load(0, 0, 600_000, 0, true),
            SLEEP),
        row(
            "scaled up half a minute ago, and no pod shows yet",
            new Given()
                .replicas(1, 0)
                .scaledAt("2026-03-01T11:59:30Z")
                .load(0, 0, 600_000, 0, true),
            later(2000)),
        row(
            "its pod keeps exiting, and nobody waits any more",
            new Given().replicas(1, 0).load(0, 0, 60_000, 0, true).pod(up("11:00:00")),
            SLEEP),
        row(
            "its namespace is being deleted, below its floor",
            new Given().scaling(1, 4, 60).applied(new Applied.Ending()),
            STAY),
        row(
            "idle for one second of one",
            awake().scaling(0, 4, 1).load(0, 0, 1000, 1, true),
            SLEEP),
        row("idle, a moment left", awake().load(0, 0, 59_990, 1, true), later(500)),
        row("idle, half the time left", awake().load(0, 0, 30_000, 1, true), later(30_000)),
        row("a request runs", awake().load(1, 0, 60_000, 1, true), later(10_000)),
        row("a request waits", awake().load(0, 1, 60_000, 1, true), later(10_000)),
        row(
            "idle for long, scaled up by hand 20 s ago",
            alone().load(0, 0, 600_000, 1, true).pod(up("11:59:40")),
            later(40_000)),
        row(
            "up since a moment to come: our clock is a little behind",
            alone().load(0, 0, 600_000, 1, true).pod(up("12:00:10")),
            later(70_000)),
        row(
            "up since an hour to come: our clock says nothing",
            alone().load(0, 0, 600_000, 1, true).pod(up("13:00:00")),
            SLEEP),
        row(
            "idle and up for long enough",
            alone().load(0, 0, 600_000, 1, true).pod(up("11:59:00")),
            SLEEP),
        row(
            "a second replica is new, the first is not",
            awake().load(0, 0, 60_000, 1, true).pod(up("11:59:59")),
            SLEEP),
        row(
            "a rollover goes on, its new pods cannot serve",
            awake().load(0, 0, 60_000, 0, true).failure(Given.REVISION),
            SLEEP),
        row(
            "only a replica of the version before can serve",
            awake()
                .load(0, 0, 60_000, 1, true)
                .pod(Given.podOf("older", "True"))
                .pod(Given.podOf(Given.REVISION, "False")),
            later(10_000)),
        row(
            "a replica of the present version serves too",
            awake()
                .load(0, 0, 600_000, 2, true)
                .pod(Given.podOf("older", "True"))
                .pod(Given.podOf(Given.REVISION, "True")),
            SLEEP),
        row("a canary that never served is tried", canary(), raise(1)),
        row(
            "a canary on trial stays up",
            canary().replicas(1, 0).load(0, 0, 600_000, 0, true),
            STAY),
        row(
            "a canary that has served sleeps like any endpoint",
            canary()
                .replicas(1, 1)
                .load(0, 0, 600_000, 1, true)
                .pod(Given.podOf(Given.REVISION, "True")),
            SLEEP),
        row("a canary that has served stays asleep", canary().before(proven(Given.REVISION)), STAY),
        row("another version of a canary is tried", canary().before(proven("older")), raise(1)),
        row(
            "a canary that cannot load sleeps",
            canary()
                .replicas(1, 0)
                .load(0, 0, 600_000, 0, true)
                .failure(Given.REVISION)
                .pod(Given.podOf(Given.REVISION, "False")),
            SLEEP),
        row(
            "a canary without a model is not tried",
            canary().model(new Model("id", "failed", null, 0, "SourceNotFound", "404")),
            STAY),
        row("an activator did not answer", awake().load(0, 0, 60_000, 1, false), later(2000)),
        row("it has a floor", awake().scaling(1, 4, 60).load(0, 0, 600_000, 1, true), STAY),
        row("below its floor", awake().scaling(3, 4, 60), new Transition.Raise(3)),
        row("asleep below its floor", new Given().scaling(1, 4, 60), new Transition.Raise(1)),
        row("above its floor", new Given().replicas(5, 5).scaling(3, 9, 60), STAY),
        row("no Deployment yet", new Given().scaling(1, 4, 60).withoutDeployment(), STAY),
        row(
            "its name is taken, it idles",
            awake().load(0, 0, 60_000, 1, true).applied(new Applied.NameTaken("Service minilm")),
            SLEEP),
        row(
            "its name is taken, nobody could reach its floor",
            new Given().scaling(1, 4, 60).applied(new Applied.NameTaken("Service minilm")),
            STAY),
        row(
            "an autoscaler that scales to zero itself",
            awake()
                .load(0, 0, 60_000, 1, true)
                .autoscaler("status: {conditions: [{type: ScaledToZero, status: 'True'}]}"),
            STAY));
  }

  static Stream<Arguments> wakes() {
    Transition raise = new Transition.Raise(1);
    InferenceEndpointStatus followed = followed("a");
    return Stream.of(
        row("asked while asleep", new Given().wake("a"), raise),
        row("followed already", new Given().wake("a").before(followed), STAY),
        row("asked anew", new Given().wake("b").before(followed), raise),
        row("asked for nothing", new Given().wake(""), STAY),
        row("taken back", new Given().wake("").before(followed), STAY),
        row("asked while it looks up: the cache may lag", awake().wake("a"), raise),
        row("asked when it is due to sleep", awake().load(0, 0, 60_000, 1, true).wake("a"), raise),
        row(
            "followed, then idle",
            awake().load(0, 0, 60_000, 1, true).wake("a").before(followed),
            SLEEP),
        row("asked with a floor", new Given().scaling(3, 4, 60).wake("a"), new Transition.Raise(3)),
        row("asked before there is a Deployment", new Given().wake("a").withoutDeployment(), STAY),
        row(
            "asked, its name is taken",
            new Given().wake("a").applied(new Applied.NameTaken("Service minilm")),
            STAY));
  }

  static Stream<Arguments> pauses() {
    return Stream.of(
        row("paused while asleep", new Given().paused(), STAY),
        row("paused, nothing runs", awake().paused().load(0, 0, 0, 1, true), SLEEP),
        row("paused, something runs", awake().paused().load(1, 0, 0, 1, true), later(2000)),
        row("paused, something still waits", awake().paused().load(0, 1, 0, 1, true), later(2000)),
        row("paused, not all answered", awake().paused().load(0, 0, 0, 1, false), later(2000)),
        row("paused with a floor", awake().scaling(2, 4, 60).paused(), SLEEP),
        row("paused below its floor", new Given().scaling(2, 4, 60).paused(), STAY),
        row("paused and asked to wake", new Given().paused().wake("a"), STAY),
        row("paused and asked to wake while up", awake().paused().wake("a"), SLEEP),
        row(
            "paused, scaled up by hand just now",
            new Given().replicas(1, 0).paused().load(0, 0, 0, 0, true),
            SLEEP),
        row("paused, a pod of the pool serves", new Given().paused().reported("p"), SLEEP),
        row("paused before there is a Deployment", new Given().paused().withoutDeployment(), STAY),
        row("resumed with a floor", new Given().scaling(2, 4, 60), new Transition.Raise(2)));
  }

  static Stream<Arguments> sleeps() {
    return Stream.of(
        row("asked, idle for a moment", awake().sleep("a").load(0, 0, 10, 1, true), SLEEP),
        row("asked, something runs", awake().sleep("a").load(1, 0, 0, 1, true), later(2000)),
        row("asked, something waits", awake().sleep("a").load(0, 1, 0, 0, true), later(2000)),
        row("asked, not all answered", awake().sleep("a").load(0, 0, 9, 1, false), later(2000)),
        row("asked while asleep", new Given().sleep("a"), STAY),
        row("asked, its floor keeps it up", awake().scaling(1, 4, 60).sleep("a"), STAY),
        row(
            "dealt with already",
            awake()
                .sleep("a")
                .before(InferenceEndpointStatus.EMPTY.following(null, "a"))
                .load(0, 0, 30_000, 1, true),
            later(30_000)),
        row(
            "a pod of the pool serves alone, idle",
            new Given().reported("p").load(0, 0, 60_000, 1, true),
            SLEEP));
  }

  private static InferenceEndpointStatus followed(String value) {
    return InferenceEndpointStatus.EMPTY.following(value, null);
  }

  private static Given awake() {
    return alone().pod(up("11:00:00"));
  }

  /** Without a pod that shows. */
  private static Given alone() {
    return new Given().replicas(1, 1);
  }

  private static String up(String since) {
    return "metadata: {creationTimestamp: '2026-03-01T" + since + "Z'}";
  }

  private static Transition later(long millis) {
    return new Transition.LookAgain(Duration.ofMillis(millis));
  }

  private static Arguments row(String name, Given given, Transition wanted) {
    return Arguments.of(name, given, wanted);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"rows", "wakes", "pauses", "sleeps"})
  void decides(String name, Given given, Transition wanted) {
    assertEquals(wanted, Lifecycle.decide(given.observed(), NOW), name);
  }

  private static Given canary() {
    return new Given().asCanary();
  }

  private static Transition raise(int replicas) {
    return new Transition.Raise(replicas);
  }

  private static InferenceEndpointStatus proven(String revision) {
    return Given.yaml(
        "{rollout: {revision: %s, updated: 1, wanted: 1}, conditions: [{type: CanaryProven, status: 'True'}]}"
            .formatted(revision),
        InferenceEndpointStatus.class);
  }
}
