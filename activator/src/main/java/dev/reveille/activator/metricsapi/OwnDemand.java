package dev.reveille.activator.metricsapi;

import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.endpoint.Endpoints;
import dev.reveille.activator.gate.Demand.Figures;
import java.util.List;

/** What is asked of the endpoints at this activator. */
public record OwnDemand(Endpoints endpoints) {

  /**
   * What is asked of one gate.
   *
   * @param id the UID that the autoscaler chooses by
   * @param name the endpoint's
   */
  record Asked(String id, String name, Figures figures) {}

  private static Asked asked(Endpoint endpoint, long now) {
    return new Asked(endpoint.uid(), endpoint.name(), endpoint.gate().demand(now));
  }

  /**
   * For the other activators.
   *
   * @param instance this process
   */
  public DemandReport report(String instance, long now) {
    return new DemandReport(
        instance,
        endpoints.all().stream()
            .filter(endpoint -> !endpoint.gate().isAtRest())
            .map(endpoint -> asked(endpoint, now))
            .filter(asked -> !asked.figures().equals(Figures.NONE))
            .map(
                asked ->
                    new DemandReport.Entry(
                        asked.id(),
                        asked.figures().concurrency(),
                        asked.figures().requestsPerSecond()))
            .toList());
  }

  List<Asked> in(String namespace, long now) {
    return endpoints.all().stream()
        .filter(endpoint -> endpoint.namespace().equals(namespace))
        .map(endpoint -> asked(endpoint, now))
        .toList();
  }
}
