package dev.reveille.operator.fault;

import dev.reveille.operator.kit.ApiServer;
import dev.reveille.operator.kit.Call;
import dev.reveille.operator.kit.Controllers;
import dev.reveille.operator.kit.FakeActivator;
import dev.reveille.operator.reconcile.OperatorProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.http.MockResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A cluster with an operator in which many trials go on at once, each in its own namespace. An
 * operator that is dead for some of them is replaced when the others are through.
 */
final class World implements AutoCloseable {
  private static final String OPERATOR = "operator-";
  private static final Duration BOUND = Duration.ofSeconds(15);
  private static final Duration QUIET = Duration.ofSeconds(2); // the load is polled once a second
  private static final Duration LAG = Duration.ofMillis(500);
  private static final int MOST_LOOKS = 20;
  private static final int REQUEST_MILLIS = 1000;

  private final ApiServer api = new ApiServer();
  private final Controllers controllers = new Controllers(api);
  private final FakeActivator activator = new FakeActivator();
  private final ExecutorService players = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Stand> stands = new ConcurrentSkipListMap<>();
  private final Looks looks = new Looks();
  private int operators;
  private volatile String alive = "";
  private KubernetesClient client;
  private OperatorProcess operator;

  /** One trial, under way. */
  private record Stand(Trial trial, Scene scene, Ordeal ordeal) {}

  World() {
    api.road(this::travel);
    activator.load(() -> Traffic.of(stands.values().stream().map(Stand::scene).toList()));
    begin();
  }

  private void begin() {
    alive = OPERATOR + operators++;
    client = api.client(alive, REQUEST_MILLIS);
    operator = new OperatorProcess(client, activator, looks).start();
  }

  /** The one that runs is killed, and another begins. */
  private void replaceOperator() {
    alive = "";
    operator.close();
    client.close();
    stands.values().forEach(stand -> stand.ordeal().succeed());
    begin();
  }

  private MockResponse travel(Call call, Supplier<MockResponse> answer) {
    if (!call.who().startsWith(OPERATOR)) {
      return answer.get();
    }
    if (!call.who().equals(alive)) {
      return ApiServer.refusal(403, "this operator is dead", "");
    }
    if (call.isEvent() && call.isWrite()) {
      return new MockResponse().setResponseCode(201).setBody(call.body()); // nobody reads them
    }
    Stand stand = stands.get(call.namespace());
    return stand == null ? answer.get() : stand.ordeal().travel(call, answer);
  }

  /** Has all of them to their ends; what came of each, in order. */
  List<Result> run(Collection<Trial> trials) throws InterruptedException {
    List<Future<String>> played = new ArrayList<>();
    List<Stand> all = new ArrayList<>();
    for (Trial trial : trials) {
      Scene scene = new Scene(trial.namespace(), api);
      Ordeal ordeal = new Ordeal(trial, api.watchers());
      Stand stand = new Stand(trial, scene, ordeal);
      stands.put(trial.namespace(), stand);
      all.add(stand);
      played.add(players.submit(() -> play(stand)));
    }
    for (int i = 0; i < all.size(); i++) {
      Future<String> future = played.get(i);
      Ordeal ordeal = all.get(i).ordeal();
      until(() -> future.isDone() || ordeal.isCrashed());
    }
    if (all.stream().anyMatch(stand -> stand.ordeal().isCrashed())) {
      replaceOperator();
    }
    List<String> troubles = new ArrayList<>();
    for (Future<String> future : played) {
      troubles.add(get(future));
    }
    return judge(all, troubles);
  }

  private static String play(Stand stand) {
    try {
      stand.trial().path().play(stand.scene());
      return "";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String get(Future<String> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private List<Result> judge(List<Stand> all, List<String> troubles) {
    settle(all);
    Map<Stand, List<String>> writes = new HashMap<>();
    all.forEach(stand -> writes.put(stand, stand.ordeal().writes()));
    Map<Stand, List<String>> more = secondLooks(all);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Stand stand = all.get(i);
      String trouble = troubles.get(i).isEmpty() ? difference(stand) : troubles.get(i);
      if (trouble.isEmpty() && more.containsKey(stand)) {
        trouble = "a second look wrote " + more.get(stand);
      }
      boolean struck = stand.ordeal().hasStruck();
      String end = Normal.of(stand.scene());
      results.add(new Result(stand.trial(), struck, writes.get(stand), end, trouble));
    }
    return results;
  }

  /** What is written by a second look, once the caches show what was written, or by a new one. */
  private Map<Stand, List<String>> secondLooks(List<Stand> all) {
    for (int look = 0; look < MOST_LOOKS; look++) {
      if (writtenDuring(all, operator::lookAgain).isEmpty()) {
        break;
      }
      LockSupport.parkNanos(LAG.toNanos());
    }
    Map<Stand, List<String>> written = new HashMap<>(writtenDuring(all, operator::lookAgain));
    written.putAll(writtenDuring(all, this::replaceOperator));
    return written;
  }

  private Map<Stand, List<String>> writtenDuring(List<Stand> all, Runnable cause) {
    Map<Stand, Integer> before = new HashMap<>();
    all.forEach(stand -> before.put(stand, stand.ordeal().writes().size()));
    lookAgain(all, cause);
    Map<Stand, List<String>> written = new HashMap<>();
    before.forEach(
        (stand, count) -> {
          List<String> writes = stand.ordeal().writes();
          if (writes.size() > count) {
            written.put(stand, writes.subList(count, writes.size()));
          }
        });
    return written;
  }

  /** Until all are as they are without faults; where that is to be found out, until it is quiet. */
  private void settle(List<Stand> all) {
    all.forEach(stand -> stand.scene().isSoon(scene -> difference(stand).isEmpty()));
    if (all.stream().anyMatch(stand -> stand.trial().expected().isEmpty())) {
      long version;
      do {
        version = api.store().version();
        LockSupport.parkNanos(QUIET.toNanos());
      } while (api.store().version() != version);
    }
  }

  private static String difference(Stand stand) {
    return stand
        .trial()
        .expected()
        .map(expected -> Normal.difference(expected, Normal.of(stand.scene())))
        .orElse("");
  }

  /** Has every endpoint and pool that is left reconciled once more. */
  private void lookAgain(List<Stand> all, Runnable cause) {
    Map<String, Integer> before =
        all.stream()
            .flatMap(stand -> Looks.at(stand.scene()).stream())
            .collect(Collectors.toMap(uid -> uid, looks::count));
    cause.run();
    before.forEach((uid, count) -> until(() -> looks.count(uid) > count));
  }

  private static boolean until(BooleanSupplier good) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!good.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return true;
  }

  @Override
  public void close() {
    alive = "";
    operator.close();
    client.close();
    players.shutdownNow();
    controllers.close();
    activator.close();
    api.close();
  }
}
