package dev.reveille.operator.status;

import dev.reveille.crds.InferenceEndpointStatus.ColdStartStatus;
import dev.reveille.crds.InferenceEndpointStatus.ColdStartsStatus;
import dev.reveille.crds.InferenceEndpointStatus.PhaseStatus;
import dev.reveille.operator.activators.LoadReport.ColdStart;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts cold starts in the status. */
public final class ColdStarts {
  private ColdStarts() {}

  /** Those that ended after the last one the status knows; oldest first. */
  public static List<ColdStart> news(@Nullable ColdStartsStatus before, List<ColdStart> reported) {
    long known =
        before == null || before.last() == null
            ? 0
            : Instant.parse(before.last().at()).toEpochMilli();
    return reported.stream().filter(coldStart -> coldStart.atMillis() > known).toList();
  }

  static @Nullable ColdStartsStatus after(
      @Nullable ColdStartsStatus before, List<ColdStart> reported) {
    List<ColdStart> news = news(before, reported);
    if (news.isEmpty()) {
      return before;
    }
    long count = before == null ? 0 : before.count();
    return new ColdStartsStatus(count + news.size(), last(news.getLast()), null, null, null);
  }

  private static ColdStartStatus last(ColdStart coldStart) {
    return new ColdStartStatus(
        Instant.ofEpochMilli(coldStart.atMillis()).toString(),
        null,
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

  /** "answered after 384ms: scale 6, container 142, …". */
  public static String sentence(ColdStart coldStart) {
    StringBuilder sentence = new StringBuilder("answered after ");
    sentence.append(text(coldStart.totalMillis())).append(':');
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
