package dev.reveille.activator.pool;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What this activator knows of the pods of warm pools: who is free, who was taken for whom, who is
 * of no use any more. The pods decide; this only says whom to ask. One lock.
 */
public final class Pools {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long SPENT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What was claimed and does not serve by then never will. */
  private static final long USELESS_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MOST_PODS = 10_000;

  private final BiPredicate<PoolName, String> stands;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<String, Taken> taken = new LinkedHashMap<>();
  private final Map<String, Spent> spent = new LinkedHashMap<>();
  private final Map<PoolName, Counts> counts = new LinkedHashMap<>();

  /**
   * @param stands pool, address → a live pod of that pool has that address
   */
  public Pools(BiPredicate<PoolName, String> stands) {
    this.stands = stands;
  }

  /**
   * A pod that was taken.
   *
   * @param owner UID of the endpoint; empty: not one that we know
   * @param relieved the endpoint does without it
   */
  private record Taken(PoolName pool, String host, String owner, long since, boolean relieved) {
    Taken of(String other) {
      return new Taken(pool, host, other, since, relieved);
    }

    Taken relieve() {
      return new Taken(pool, host, owner, since, true);
    }
  }

  private record Spent(PoolName pool, long heard) {}

  /** Since this activator started. */
  private static final class Counts {
    private String uid = "";
    private long claims;
    private long misses;

    /** A namesake of another UID is another pool. */
    void of(String pool) {
      if (!uid.isEmpty() && !uid.equals(pool)) {
        claims = 0;
        misses = 0;
      }
      uid = pool;
    }
  }

  /**
   * One pool for the operator.
   *
   * @param spent addresses of pods that are of no use any more
   */
  public record Census(
      String uid, PoolName pool, int free, long claims, long misses, Set<String> spent) {}

  /** A hello whose key was checked, from the pod at {@code host}. */
  public synchronized void hello(PoolHello hello, String host, long now) {
    Member known = members.get(hello.instance());
    boolean another = known != null && !known.host().equals(host);
    if (another || taken.values().stream().anyMatch(each -> each.host().equals(host))) {
      return; // it speaks for another pod, or was claimed
    }
    PoolName pool = new PoolName(hello.namespace(), hello.name());
    count(pool).of(hello.uid());
    if (hello.isSpent()) {
      members.remove(hello.instance());
      if (spent.size() < MOST_PODS) {
        spent.put(host, new Spent(pool, now));
      }
    } else if (hello.claimKey() != null && (known != null || members.size() < MOST_PODS)) {
      spent.remove(host);
      members.put(
          hello.instance(),
          new Member(
              pool, hello.revision(), hello.instance(), host, hello.port(), hello.claimKey(), now));
    }
  }

  /** Free pods in the order in which this endpoint asks them. */
  synchronized List<Member> free(PoolName pool, String endpointUid, long now) {
    return members.values().stream()
        .filter(member -> isFree(member, pool, now))
        .sorted(Comparator.comparingLong(member -> member.rank(endpointUid)))
        .toList();
  }

  private boolean isFree(Member member, PoolName pool, long now) {
    return member.pool().equals(pool)
        && now - member.heard() < FRESH_NANOS
        && !taken.containsKey(member.instance())
        && stands.test(pool, member.host());
  }

  /** It is asked now: nobody else of us asks it meanwhile. False when it is being asked already. */
  synchronized boolean ask(Member member, String endpointUid, long now) {
    return taken.putIfAbsent(
            member.instance(), new Taken(member.pool(), member.host(), endpointUid, now, false))
        == null;
  }

  /** It said no, or could not be reached: it is left alone for a while. */
  synchronized void notOurs(Member member) {
    taken.computeIfPresent(member.instance(), (instance, each) -> each.of(""));
  }

  /** The pod at that address is gone; its address may be another's. */
  public synchronized void gone(String host) {
    members.values().removeIf(each -> each.host().equals(host));
    taken.values().removeIf(each -> each.host().equals(host));
    spent.remove(host);
  }

  /** The pod of that instance is some endpoint's; a hello that was believed said so. */
  public synchronized void taken(
      PoolName pool, String instance, String host, String owner, long now) {
    if (taken.size() < MOST_PODS) {
      Taken known = taken.get(instance);
      taken.put(
          instance, known == null ? new Taken(pool, host, owner, now, false) : known.of(owner));
    }
  }

  /** The endpoint does without the pod at that address. */
  public synchronized void relieved(String host) {
    taken.replaceAll((instance, each) -> each.host().equals(host) ? each.relieve() : each);
  }

  /** Whether that address was heard of lately, free, spent or taken. */
  public synchronized boolean knows(String host, long now) {
    return spent.containsKey(host)
        || taken.values().stream().anyMatch(each -> each.host().equals(host))
        || members.values().stream()
            .anyMatch(each -> each.host().equals(host) && now - each.heard() < FRESH_NANOS);
  }

  synchronized void claimed(PoolName pool) {
    count(pool).claims++;
  }

  synchronized void missed(PoolName pool) {
    count(pool).misses++;
  }

  private Counts count(PoolName pool) {
    return counts.computeIfAbsent(pool, first -> new Counts());
  }

  /**
   * Forgets who was not heard of and whose pod is gone; to be called now and then.
   *
   * @param exists whether any live pod has that address
   */
  public synchronized void prune(Predicate<String> exists, long now) {
    members.values().removeIf(member -> now - member.heard() > FRESH_NANOS);
    spent.values().removeIf(each -> now - each.heard() > SPENT_NANOS);
    taken
        .values()
        .removeIf(
            each ->
                now - each.since() > FRESH_NANOS
                    && (each.owner().isEmpty() || !exists.test(each.host())));
  }

  /**
   * All pools that were heard of or asked for.
   *
   * @param serves endpoint UID, address → requests of the endpoint go there
   */
  public synchronized List<Census> census(BiPredicate<String, String> serves, long now) {
    Map<PoolName, Integer> free = new HashMap<>();
    for (Member member : members.values()) {
      if (isFree(member, member.pool(), now)) {
        free.merge(member.pool(), 1, Integer::sum);
      }
    }
    Map<PoolName, Set<String>> useless = new HashMap<>();
    spent.forEach((host, each) -> add(useless, each.pool(), host));
    for (Taken each : taken.values()) {
      boolean late = now - each.since() > USELESS_NANOS;
      boolean idle = !each.owner().isEmpty() && !serves.test(each.owner(), each.host());
      if (each.relieved() || (late && idle)) {
        add(useless, each.pool(), each.host());
      }
    }
    return counts.entrySet().stream()
        .map(
            entry ->
                new Census(
                    entry.getValue().uid,
                    entry.getKey(),
                    free.getOrDefault(entry.getKey(), 0),
                    entry.getValue().claims,
                    entry.getValue().misses,
                    Set.copyOf(useless.getOrDefault(entry.getKey(), Set.of()))))
        .toList();
  }

  private static void add(Map<PoolName, Set<String>> to, PoolName pool, String host) {
    Collection<String> hosts = to.computeIfAbsent(pool, first -> new HashSet<>());
    hosts.add(host);
  }
}
