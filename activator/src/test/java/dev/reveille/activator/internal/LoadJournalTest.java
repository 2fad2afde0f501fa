package dev.reveille.activator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.internal.LoadJournal.Look;
import dev.reveille.activator.internal.LoadJournal.News;
import dev.reveille.activator.internal.LoadReport.EndpointLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who asks again is told what is new. */
class LoadJournalTest {
  private final LoadJournal journal = new LoadJournal();

  private static Look idle(String uid, long millis) {
    return new Look(load(uid, 0, millis), 1_000 - millis);
  }

  private static EndpointLoad load(String uid, int queued, long idleMillis) {
    return new EndpointLoad(
        uid, "demo", uid, 0, queued, idleMillis, 0, null, List.of(), null, List.of(), List.of());
  }

  private static List<String> uids(News news) {
    return news.endpoints().stream().map(EndpointLoad::uid).toList();
  }

  @Test
  void whoKnowsNothingIsToldAll() {
    for (String unknown : List.of("", "1", "other.1", "other.99999999999999999999")) {
      News news = journal.since(unknown, List.of(idle("u", 1), idle("w", 2)));
      assertTrue(news.full(), unknown);
      assertEquals(List.of("u", "w"), uids(news), unknown);
      assertEquals(2, news.known());
    }
  }

  @Test
  void growingIdleIsNoNews() {
    News first = journal.since("", List.of(idle("u", 1)));
    Look later = new Look(load("u", 0, 501), 999); // idle since the same moment
    News next = journal.since(first.version(), List.of(later));
    assertFalse(next.full());
    assertEquals(List.of(), next.endpoints());
    assertEquals(first.version(), next.version());
    assertEquals(1, next.known());
  }

  @Test
  void aRequestIsNewsWhenItComesAndWhenItWent() {
    News asleep = journal.since("", List.of(idle("u", 1), idle("w", 1)));
    News waiting =
        journal.since(asleep.version(), List.of(new Look(load("u", 1, 0), 0), idle("w", 1)));
    assertEquals(List.of("u"), uids(waiting));
    assertEquals(1, waiting.endpoints().getFirst().queued());
    News still =
        journal.since(waiting.version(), List.of(new Look(load("u", 1, 0), 0), idle("w", 1)));
    assertEquals(List.of(), uids(still));
    News over =
        journal.since(still.version(), List.of(new Look(load("u", 0, 30), 5_000), idle("w", 1)));
    assertEquals(List.of("u"), uids(over));
    assertEquals(30, over.endpoints().getFirst().idleMillis());
  }

  @Test
  void whoMissedAnAnswerIsToldWhatWasInIt() {
    News first = journal.since("", List.of(idle("u", 1)));
    News lost = journal.since(first.version(), List.of(new Look(load("u", 0, 0), 2_000)));
    assertNotEquals(first.version(), lost.version());
    News again = journal.since(first.version(), List.of(new Look(load("u", 0, 9), 2_000)));
    assertEquals(List.of("u"), uids(again));
  }

  @Test
  void afterALossAllIsTold() {
    News first = journal.since("", List.of(idle("u", 1), idle("w", 1)));
    News loss = journal.since(first.version(), List.of(idle("w", 1)));
    assertTrue(loss.full());
    assertEquals(List.of("w"), uids(loss));
    assertFalse(journal.since(loss.version(), List.of(idle("w", 1))).full());
  }
}
