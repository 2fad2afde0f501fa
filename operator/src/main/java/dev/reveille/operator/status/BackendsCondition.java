package dev.reveille.operator.status;

import dev.reveille.operator.activators.LoadReport.Ejected;
import dev.reveille.operator.lifecycle.Observed;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** BackendsHealthy: whether activators leave a replica out because it fails requests. */
final class BackendsCondition {
  static final String TYPE = "BackendsHealthy";

  private BackendsCondition() {}

  static Verdict of(Observed observed, Previous previous) {
    List<Ejected> ejected = observed.load().ejected();
    if (!ejected.isEmpty()) {
      boolean leftOut = ejected.stream().anyMatch(each -> !each.kept());
      return Verdict.bad(leftOut ? Reason.LEFT_OUT : Reason.FAILING, sentence(ejected));
    }
    // An activator that did not answer this time may leave it out still.
    return observed.load().complete()
        ? Verdict.good(Reason.NONE_LEFT_OUT)
        : previous
            .still(TYPE, Set.of(Reason.LEFT_OUT, Reason.FAILING))
            .orElse(Verdict.good(Reason.NONE_LEFT_OUT));
  }

  /** The same as long as the same pods are left out, however often they are tried meanwhile. */
  private static String sentence(List<Ejected> ejected) {
    return Stream.of(
            named(ejected, false, "no requests until a trial goes well"),
            named(ejected, true, "it is asked all the same, for there is no other; see its log"))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String named(List<Ejected> ejected, boolean kept, String consequence) {
    String pods =
        ejected.stream()
            .filter(each -> each.kept() == kept)
            .map(each -> "pod " + each.pod() + " " + each.message())
            .collect(Collectors.joining("; "));
    return pods.isEmpty() ? "" : pods + ": " + consequence;
  }
}
