package dev.reveille.modelserver.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How this process started, and what it takes: figures by name, in their order.
 *
 * @param phases milliseconds from the process's start to each step that was reached
 * @param facts text, number or boolean
 */
public record StartupReport(Map<String, Double> phases, Map<String, Object> facts) {

  /**
   * Looks now; reads a few small files of /proc.
   *
   * @param onnxRuntime its version; empty while it is not loaded
   * @param modelBytes the size of the loaded model's file; 0 while there is none
   */
  public static StartupReport now(Timeline timeline, String onnxRuntime, long modelBytes) {
    Memory memory = Memory.ofThisProcess();
    Runtime runtime = Runtime.getRuntime();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("jvm", Runtime.version().toString());
    facts.put("onnxRuntime", onnxRuntime);
    facts.put("aotCache", isAotCacheMapped());
    facts.put("residentBytes", memory.residentBytes());
    facts.put("peakResidentBytes", memory.peakBytes());
    facts.put("heapUsedBytes", runtime.totalMemory() - runtime.freeMemory());
    facts.put("modelBytes", modelBytes);
    return new StartupReport(phases(timeline), facts);
  }

  private static Map<String, Double> phases(Timeline timeline) {
    Map<String, Double> phases = new LinkedHashMap<>();
    for (Timeline.Step step : Timeline.Step.values()) {
      if (timeline.millis(step) >= 0) {
        phases.put(step.label(), Math.round(timeline.millis(step) * 1e3) / 1e3);
      }
    }
    return phases;
  }

  /** A cache that is used is mapped; one that the JVM refused, silently, is not. */
  private static boolean isAotCacheMapped() {
    try {
      return Files.readString(Path.of("/proc/self/maps")).contains(".aot\n");
    } catch (IOException e) {
      return false;
    }
  }

  /** For a log line: name, value, name, value. */
  public Object[] asFields() {
    Object[] fields = new Object[2 * (phases.size() + facts.size())];
    int at = 0;
    for (Map.Entry<String, Double> phase : phases.entrySet()) {
      fields[at++] = phase.getKey() + "_ms";
      fields[at++] = phase.getValue();
    }
    for (Map.Entry<String, Object> fact : facts.entrySet()) {
      fields[at++] = fact.getKey();
      fields[at++] = fact.getValue();
    }
    return fields;
  }
}
