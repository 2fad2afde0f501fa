package dev.reveille.operator.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which pods of a pool become the endpoint's, and when they go. */
class BridgesTest {
  private static final String A = "metadata: {name: a}";

  static Stream<Arguments> rows() {
    return Stream.of(
        row("nothing is claimed", new Given(), "", ""),
        row("claimed", new Given().reported("a"), "a", ""),
        row("two activators claimed one each", new Given().reported("b", "a"), "a,b", ""),
        row("handed over, still sent to", new Given().reported("a").bridge(A), "", ""),
        row("over, its own replica is ready", new Given().replicas(1, 1).bridge(A), "", "a"),
        row("over, asleep", new Given().bridge(A), "", "a"),
        row("its own replica is still starting", new Given().replicas(1, 0).bridge(A), "", ""),
        row(
            "a hello is ahead of the API, and may be the bridge's",
            new Given().replicas(1, 0).load(0, 0, 0, 1, true).bridge(A),
            "",
            ""),
        row(
            "an activator did not answer",
            new Given().replicas(1, 1).load(0, 0, 0, 1, false).bridge(A),
            "",
            ""),
        row(
            "still sent to, though its own replica is ready",
            new Given().replicas(1, 1).reported("a").bridge(A),
            "",
            ""),
        row(
            "on its way out",
            new Given().replicas(1, 1).bridge("metadata: {name: a, deletionTimestamp: now}"),
            "",
            ""),
        row(
            "one of two is over",
            new Given().replicas(1, 1).reported("b").bridge(A).bridge("metadata: {name: b}"),
            "",
            "a"));
  }

  private static Arguments row(String name, Given given, String claimed, String over) {
    return Arguments.of(name, given, claimed, over);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void decides(String name, Given given, String claimed, String over) {
    Bridges bridges = Bridges.decide(given.observed());
    assertEquals(claimed, String.join(",", bridges.claimed()), name);
    List<String> names = bridges.over().stream().map(pod -> pod.getMetadata().getName()).toList();
    assertEquals(over, String.join(",", names), name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo  | reveille.dev/warm-pool: small, C: warm-pool, M: reveille | true",
        "other | reveille.dev/warm-pool: small, C: warm-pool, M: reveille | false",
        "demo  | C: warm-pool, M: reveille | false",
        "demo  | reveille.dev/warm-pool: small, C: warm-pool, M: helm | false",
        "demo  | reveille.dev/warm-pool: small, C: model-server, M: reveille | false",
        "demo  | reveille.dev/warm-pool: small, C: warm-pool, M: reveille, U: uid-2 | false",
        "demo  | reveille.dev/warm-pool: small | false"
      })
  void onlyAPodOfAPoolOfOursCanBeTaken(String namespace, String labels, boolean wanted) {
    String all =
        labels
            .replace("C:", "app.kubernetes.io/component:")
            .replace("M:", "app.kubernetes.io/managed-by:")
            .replace("U:", "reveille.dev/endpoint-uid:");
    Pod pod =
        Serialization.unmarshal(
            "metadata: {name: a, namespace: %s, labels: {%s}}".formatted(namespace, all),
            Pod.class);
    assertEquals(wanted, Bridges.mayTake(pod, new Given().endpoint));
  }
}
