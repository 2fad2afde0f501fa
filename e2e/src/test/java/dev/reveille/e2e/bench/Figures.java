package dev.reveille.e2e.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.reveille.e2e.kit.ServerTiming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** All that was measured in one run, and how it is told: to people, to machines, as a picture. */
final class Figures {
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, ColdStart> medians = new LinkedHashMap<>();
  private final Map<String, ColdStart> drawn = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private OptionalDouble floor = OptionalDouble.empty();

  private record Row(String part, Spread millis, boolean isColdStart) {}

  void floor(Spread millis) {
    floor = OptionalDouble.of(millis.p50());
    coldStart("floor: a bare pod's first instruction", millis);
  }

  void coldStart(String part, Spread millis) {
    rows.add(new Row(part, millis, true));
  }

  void row(String part, Spread millis) {
    rows.add(new Row(part, millis, false));
  }

  /** The median cold start's timeline, in words. */
  void median(String path, ColdStart coldStart) {
    medians.put(path, coldStart);
  }

  /** In words and in the picture. */
  void drawnMedian(String path, ColdStart coldStart) {
    median(path, coldStart);
    drawn.put(path, coldStart);
  }

  /** A line below the table. */
  void remark(String sentence) {
    remarks.add(sentence);
  }

  /** A value for machines alone. */
  void fact(String name, Object value) {
    facts.put(name, value);
  }

  String text() {
    Table table = new Table(floor);
    for (Row row : rows) {
      if (row.isColdStart()) {
        table.coldStart(row.part(), row.millis());
      } else {
        table.row(row.part(), row.millis());
      }
    }
    StringBuilder text = new StringBuilder("\n").append(table).append('\n');
    medians.forEach((path, coldStart) -> timeline(text, path, coldStart));
    text.append('\n');
    remarks.forEach(remark -> text.append(remark).append('\n'));
    return text.toString();
  }

  private static void timeline(StringBuilder text, String path, ColdStart coldStart) {
    text.append(String.format(Locale.ROOT, "%nthe median cold start, %s:%n", path));
    double at = 0;
    for (ServerTiming.Phase phase : coldStart.timing().phases()) {
      text.append(
          String.format(
              Locale.ROOT, "  %-10s %7.1f ms, from %.1f%n", phase.name(), phase.millis(), at));
      at += phase.millis();
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %-10s %7.1f ms; the client waited %.1f ms, %.1f ms (%.1f %%) more%n",
            "together",
            at,
            coldStart.clientMillis(),
            coldStart.unaccounted(),
            coldStart.unaccountedPercent()));
  }

  String svg() {
    Waterfall waterfall = new Waterfall();
    drawn.forEach(
        (path, coldStart) ->
            waterfall.add(
                String.format(
                    Locale.ROOT,
                    "%s: %.0f ms, the median of its cold starts",
                    path,
                    coldStart.clientMillis()),
                coldStart.timing().phases()));
    return waterfall.svg();
  }

  boolean hasPicture() {
    return !drawn.isEmpty();
  }

  String json() {
    Map<String, Object> all = new LinkedHashMap<>(facts);
    all.put("parts", rows.stream().map(this::part).toList());
    Map<String, Object> timelines = new LinkedHashMap<>();
    medians.forEach(
        (path, coldStart) ->
            timelines.put(
                path,
                Map.of(
                    "clientMillis", coldStart.clientMillis(),
                    "totalMillis", coldStart.timing().total(),
                    "phases", coldStart.timing().phases())));
    all.put("medianColdStarts", timelines);
    all.put("remarks", remarks);
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> part(Row row) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("part", row.part());
    part.put("n", row.millis().count());
    part.put("p50", row.millis().p50());
    part.put("p95", row.millis().p95());
    part.put("max", row.millis().max());
    if (row.isColdStart() && floor.isPresent()) {
      part.put("timesFloor", row.millis().p50() / floor.getAsDouble());
    }
    part.put("sortedMillis", row.millis().sorted());
    return part;
  }
}
