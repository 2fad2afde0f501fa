package dev.reveille.activator.metricsapi;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.gate.Demand.Figures;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one activator tells another: its demand, of those endpoints that are asked at all.
 *
 * @param instance its process: a restarted container has its pod's address, and knows nothing
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DemandReport(String instance, List<Entry> demands) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public DemandReport {
    instance = instance == null ? "" : instance;
    demands = demands == null ? List.of() : List.copyOf(demands);
  }

  /** Of one endpoint. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Entry(String id, double concurrency, double requestsPerSecond) {}

  static DemandReport parse(byte[] json) throws IOException {
    return JSON.readValue(json, DemandReport.class);
  }

  Map<String, Figures> byId() {
    return demands.stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Entry::id,
                entry -> new Figures(entry.concurrency(), entry.requestsPerSecond()),
                (one, other) -> one));
  }
}
