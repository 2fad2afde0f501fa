package dev.reveille.operator.activators;

import dev.reveille.operator.activators.Activators.Answer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What every activator has told, poll by poll, and what it comes to; not for several threads. Of an
 * activator that is not asked any more only this is kept: when it last had to do with an endpoint.
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
    Set<String> speaking = new LinkedHashSet<>();
    for (Answer answer : answers) {
      String address = answer.address();
      Account before = accounts.getOrDefault(address, Account.NONE);
      Optional<Account> now = answer.report().flatMap(report -> before.after(report, answered));
      now.ifPresent(account -> speaking.add(address));
      // One that was silent goes on from where it was; what does not add up begins anew.
      next.put(address, now.orElse(answer.report().isEmpty() ? before : Account.NONE));
    }
    accounts.forEach(
        (address, gone) -> {
          if (!next.containsKey(address)) {
            next.replaceAll((each, account) -> account.inheriting(gone, asked));
          }
        });
    accounts = next;
    latest = Loads.of(speaking.stream().map(next::get).toList(), answers.size(), asked, latest);
    return latest;
  }
}
