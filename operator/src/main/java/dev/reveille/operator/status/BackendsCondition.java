package dev.reveille.operator.status;

import dev.reveille.operator.activators.LoadReport.Ejected;
import dev.reveille.operator.lifecycle.Observed;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** BackendsHealthy: whether activators leave a replica out because it fails requests. */
final class BackendsCondition {
  static final String TYPE = "BackendsHealthy";

  private BackendsCondition() {}

  static Verdict of(Observed observed, Previous previous) {
    List<Ejected> ejected = observed.load().ejected();
    if (!ejected.isEmpty()) {
      return Verdict.bad(Reason.LEFT_OUT, sentence(ejected));
    }
    // An activator that did not answer this time may leave it out still.
    return observed.load().complete()
        ? Verdict.good(Reason.NONE_LEFT_OUT)
        : previous.still(TYPE, Set.of(Reason.LEFT_OUT)).orElse(Verdict.good(Reason.NONE_LEFT_OUT));
  }

  /** The same as long as the same pods are left out, however often they are tried meanwhile. */
  private static String sentence(List<Ejected> ejected) {
    return ejected.stream()
            .map(each -> "pod " + each.pod() + " " + each.message())
            .collect(Collectors.joining("; "))
        + ": no requests until a trial goes well";
  }
}
