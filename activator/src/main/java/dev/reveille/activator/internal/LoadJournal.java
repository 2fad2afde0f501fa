package dev.reveille.activator.internal;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.reveille.activator.internal.LoadReport.EndpointLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What was last said of each endpoint, and when it changed, so that a reader who names the version
 * he has is told what is new since and nothing else. One version a look that found news.
 */
public final class LoadJournal {
  private final String epoch = UUID.randomUUID().toString().substring(0, 8);
  private final Map<String, Entry> entries = new HashMap<>();
  private long version;

  /** An endpoint went at this version: who has an older one is told all. */
  private long lastLoss;

  /**
   * One endpoint as it is now.
   *
   * @param load its idle time as of now
   * @param activeAt since when it is idle; 0 while it is busy
   */
  record Look(EndpointLoad load, long activeAt) {}

  private record Entry(EndpointLoad load, long activeAt, long version) {
    boolean says(Look look) {
      return activeAt == look.activeAt() && load.equals(look.load().withIdleMillis(0));
    }
  }

  /**
   * What to tell.
   *
   * @param full {@code endpoints} are all; else those that changed
   * @param known how many there are in all
   */
  record News(String version, boolean full, int known, List<EndpointLoad> endpoints) {}

  /**
   * @param since the version that the reader has; anything else: all
   */
  synchronized News since(String since, List<Look> looks) {
    note(looks);
    long has = numberOf(since);
    boolean full = has < lastLoss;
    List<EndpointLoad> told = new ArrayList<>();
    for (Look look : looks) {
      if (full || version(look) > has) {
        told.add(look.load());
      }
    }
    return new News(epoch + "." + version, full, looks.size(), told);
  }

  private long version(Look look) {
    Entry entry = entries.get(look.load().uid());
    return entry == null ? 0 : entry.version();
  }

  private void note(List<Look> looks) {
    long next = version + 1;
    boolean news = false;
    for (Look look : looks) {
      Entry before = entries.get(look.load().uid());
      if (before == null || !before.says(look)) {
        EndpointLoad load = look.load().withIdleMillis(0);
        entries.put(load.uid(), new Entry(load, look.activeAt(), next));
        news = true;
      }
    }
    if (entries.size() > looks.size()) {
      entries
          .keySet()
          .retainAll(looks.stream().map(look -> look.load().uid()).collect(toUnmodifiableSet()));
      lastLoss = next;
      news = true;
    }
    version = news ? next : version;
  }

  /** -1 for what is no version of ours. */
  private long numberOf(String since) {
    String number = since.startsWith(epoch + ".") ? since.substring(epoch.length() + 1) : "";
    return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : -1;
  }
}
