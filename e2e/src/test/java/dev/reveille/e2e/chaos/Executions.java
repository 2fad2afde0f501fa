package dev.reveille.e2e.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * How often requests were executed, compared with how often they may be.
 *
 * @param doubled requests that must not be repeated, and were
 * @param repeated requests that may be, and were
 * @param madeUp requests with a right answer that nobody executed
 */
record Executions(List<Integer> doubled, int repeated, List<Integer> madeUp) {
  /**
   * @param counts by the number of the request
   */
  static Executions of(Load load, byte[] counts) {
    List<Integer> doubled = new ArrayList<>();
    List<Integer> madeUp = new ArrayList<>();
    int repeated = 0;
    Book book = load.tally().book;
    for (int id = 0; id < book.size(); id++) {
      int number = book.target(id);
      if (number < 0 || load.targets().get(number).exam() != Exam.WORK) {
        continue; // only the witness counts
      }
      int count = id < counts.length ? counts[id] & 0xff : 0;
      if (count == 0 && book.isRight(id)) {
        madeUp.add(id);
      }
      if (count > 1 && load.targets().get(number).idempotent()) {
        repeated++;
      } else if (count > 1) {
        doubled.add(id);
      }
    }
    return new Executions(doubled, repeated, madeUp);
  }
}
