package dev.reveille.simulation;

import dev.reveille.operator.activators.LoadReport;
import java.util.List;

/** What JSON does between the activator's load report and the operator's, without the JSON. */
final class Translation {
  private Translation() {}

  static LoadReport ofLoad(dev.reveille.activator.internal.LoadReport said) {
    return new LoadReport(
        said.activator(),
        said.version(),
        said.full(),
        said.known(),
        said.endpoints().stream().map(Translation::ofEndpoint).toList(),
        said.pools().stream()
            .map(
                pool ->
                    new LoadReport.PoolPart(
                        pool.namespace(),
                        pool.name(),
                        pool.free(),
                        pool.claims(),
                        pool.misses(),
                        pool.spent()))
            .toList());
  }

  private static LoadReport.EndpointLoad ofEndpoint(
      dev.reveille.activator.internal.LoadReport.EndpointLoad said) {
    return new LoadReport.EndpointLoad(
        said.uid(),
        said.namespace(),
        said.name(),
        said.inFlight(),
        said.queued(),
        said.idleMillis(),
        said.backends(),
        said.failure() == null
            ? null
            : new LoadReport.Failure(
                said.failure().revision(), said.failure().reason(), said.failure().message()),
        said.bridges().stream()
            .map(bridge -> new LoadReport.Bridge(bridge.pod(), bridge.inFlight()))
            .toList(),
        null,
        List.of(),
        List.of());
  }
}
