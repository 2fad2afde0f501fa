package dev.reveille.operator.activators;

import dev.reveille.operator.activators.Activators.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every activator has told, poll by poll, and what it comes to; not for several threads. An
 * activator that is not asked any more is forgotten.
 */
public final class Ledger {
  private Map<String, Account> accounts = Map.of();
  private Loads latest = Loads.NONE;

  /** What that activator is to be asked for: what is newer than this. */
  public String version(String address) {
    return accounts.getOrDefault(address, Account.NONE).version();
  }

  /**
   * One answer, or silence, of each activator that lives.
   *
   * @param asked when they were asked, on our monotonic clock
   * @param answered when the answers were here
   */
  public Loads take(List<Answer> answers, long asked, long answered) {
    Map<String, Account> next = new HashMap<>();
    List<Account> speaking = new ArrayList<>();
    for (Answer answer : answers) {
      Account before = accounts.getOrDefault(answer.address(), Account.NONE);
      Account now =
          answer
              .report()
              .flatMap(report -> before.after(report, answered))
              .map(
                  account -> {
                    speaking.add(account);
                    return account;
                  })
              // One that was silent goes on from where it was; what does not add up begins anew.
              .orElseGet(() -> answer.report().isEmpty() ? before : Account.NONE);
      next.put(answer.address(), now);
    }
    accounts = next;
    latest = Loads.of(speaking, answers.size(), asked, latest);
    return latest;
  }
}
