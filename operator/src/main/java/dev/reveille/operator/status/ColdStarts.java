package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpointStatus.ColdStartStatus;
import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import dev.reveille.crds.InferenceEndpointStatus.PhaseStatus;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts cold starts in the status, with what is usual of late. */
public final class ColdStarts {
  private static final int RECENT = 50;
  private static final int LETTERS = 12;
  private static final int MEDIAN = 50;
  private static final int HIGH = 95;

  private ColdStarts() {}

  /**
   * Those that the status does not know, oldest first. A pod process ends one cold start: when
   * requests waited at several activators, the one that waited longest tells it, and no clock has a
   * say. Only servers that do not name themselves are told apart by time.
   */
  public static List<ColdStart> news(@Nullable ColdStartsStatus before, List<ColdStart> reported) {
    long known =
        before == null || before.last() == null
            ? 0
            : Instant.parse(before.last().at()).toEpochMilli();
    List<String> seen =
        before == null || before.recentInstances() == null ? List.of() : before.recentInstances();
    Map<String, ColdStart> longest = new LinkedHashMap<>();
    for (ColdStart each : reported) {
      boolean isNew =
          each.instance().isEmpty() ? each.atMillis() > known : !seen.contains(shortened(each));
      if (isNew) {
        String one = each.instance().isEmpty() ? "at " + each.atMillis() : each.instance();
        longest.merge(one, each, (a, b) -> a.totalMillis() >= b.totalMillis() ? a : b);
      }
    }
    return List.copyOf(longest.values());
  }

  private static String shortened(ColdStart coldStart) {
    String instance = coldStart.instance();
    return instance.substring(0, Math.min(LETTERS, instance.length()));
  }

  static @Nullable ColdStartsStatus after(
      @Nullable ColdStartsStatus before, List<ColdStart> reported) {
    List<ColdStart> news = news(before, reported);
    if (news.isEmpty()) {
      return before;
    }
    long count = before == null ? 0 : before.count();
    List<Double> recent = recent(before, news);
    return new ColdStartsStatus(
        count + news.size(),
        last(news.getLast()),
        percentile(MEDIAN, recent),
        percentile(HIGH, recent),
        recent,
        recentInstances(before, news));
  }

  private static List<String> recentInstances(
      @Nullable ColdStartsStatus before, List<ColdStart> news) {
    List<String> known =
        before == null || before.recentInstances() == null ? List.of() : before.recentInstances();
    return latest(
        Stream.concat(
            known.stream(),
            news.stream().filter(each -> !each.instance().isEmpty()).map(ColdStarts::shortened)));
  }

  private static <T> List<T> latest(Stream<T> values) {
    List<T> all = values.toList();
    return all.subList(Math.max(0, all.size() - RECENT), all.size());
  }

  private static List<Double> recent(@Nullable ColdStartsStatus before, List<ColdStart> news) {
    List<Double> known =
        before == null || before.recentMillis() == null ? List.of() : before.recentMillis();
    return latest(
        Stream.concat(known.stream(), news.stream().map(each -> round(each.totalMillis()))));
  }

  /** By the nearest rank: the least of the values that so many per cent do not exceed. */
  private static double percentile(int percent, List<Double> values) {
    int rank = Math.ceilDiv(percent * values.size(), 100);
    return values.stream().sorted().toList().get(rank - 1);
  }

  private static ColdStartStatus last(ColdStart coldStart) {
    return new ColdStartStatus(
        Instant.ofEpochMilli(coldStart.atMillis()).toString(),
        coldStart.path(),
        text(coldStart.totalMillis()),
        round(coldStart.totalMillis()),
        coldStart.phases().stream()
            .map(phase -> new PhaseStatus(phase.name(), round(phase.millis())))
            .toList());
  }

  /** As people read it: 384ms, 1.24s. */
  public static String text(double millis) {
    return millis < 1000
        ? Math.round(millis) + "ms"
        : String.format(Locale.ROOT, "%.2fs", millis / 1000);
  }

  /** "answered after 384 ms (pod): scale 6, container 142, …". */
  public static String sentence(ColdStart coldStart) {
    StringBuilder sentence = new StringBuilder("answered after ");
    sentence.append(Math.round(coldStart.totalMillis())).append(" ms (");
    sentence.append(coldStart.path()).append("):");
    coldStart
        .phases()
        .forEach(
            phase ->
                sentence
                    .append(sentence.charAt(sentence.length() - 1) == ':' ? " " : ", ")
                    .append(phase.name())
                    .append(' ')
                    .append(Math.round(phase.millis())));
    return sentence.toString();
  }

  private static double round(double millis) {
    return Math.round(millis * 10) / 10.0;
  }
}
