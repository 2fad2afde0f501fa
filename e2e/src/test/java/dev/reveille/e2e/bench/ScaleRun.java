package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.AddOne;
import dev.reveille.e2e.kit.ApiRequests;
import dev.reveille.e2e.kit.Await;
import dev.reveille.e2e.kit.Cluster;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Fleet;
import dev.reveille.e2e.kit.ModelSource;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/** One run with many sleeping endpoints, in a namespace of its own on the named cluster. */
final class ScaleRun implements AutoCloseable {
  /** What many are compared with. */
  static final int FEW = 10;

  /** The controllers of Kubernetes make 20 requests a second each, and have several to make. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final Duration SETTLED = Duration.ofSeconds(20);
  private static final Duration RECONCILED = Duration.ofSeconds(3);

  private final int endpoints;
  private final Figures figures;
  private final Cluster cluster = Cluster.named();
  private final ModelSource.Deployed source;
  private final Sandbox sandbox;
  private final Fleet fleet;
  private final Endpoint woken;
  private final Map<Integer, Spread> wakes = new LinkedHashMap<>();
  private final dev.reveille.e2e.kit.Figures operator;
  private final dev.reveille.e2e.kit.Figures activator;

  ScaleRun(int endpoints, Figures figures) {
    this.endpoints = endpoints;
    this.figures = figures;
    source = ModelSource.deploy(cluster);
    sandbox = Sandbox.open("scale");
    fleet = new Fleet(sandbox);
    operator = new dev.reveille.e2e.kit.Figures(cluster, Cluster.OPERATOR);
    activator = new dev.reveille.e2e.kit.Figures(cluster);
    woken = sandbox.addOne("woken").with("scaling.idleSeconds", 1).apply();
    fleet.growTo(FEW - 1);
    fleet.awaitAsleep(PATIENCE);
    uses("among " + FEW);
  }

  /** All that the fleet still lacks, by eight clients at once. */
  void apply() {
    say("applying %d endpoints".formatted(endpoints));
    long began = System.nanoTime();
    List<Fleet.Member> added = fleet.growTo(endpoints - 1);
    remark("applied and routable: %d endpoints in %.1f s".formatted(added.size(), seconds(began)));
    fleet.awaitAsleep(PATIENCE);
    remark("asleep by their status: %.1f s after the first apply".formatted(seconds(began)));
    row("apply → routable", spread(added, Fleet.Member::millisToRoutable));
    row("apply → status Asleep", spread(added, fleet::millisToAsleep));
  }

  /** Until the controllers of Kubernetes have nothing left to write. */
  void settle() {
    say("waiting for Kubernetes' own controllers");
    long began = System.nanoTime();
    Await.that("nothing is written", PATIENCE, () -> writesDuring(SETTLED), n -> n == 0);
    remark("Kubernetes' own controllers were done %.0f s later".formatted(seconds(began)));
  }

  private long writesDuring(Duration length) {
    ApiRequests before = ApiRequests.soFar(sandbox.client());
    Machine.pause(length);
    return ApiRequests.soFar(sandbox.client()).since(before).writesOfEndpoints().sum();
  }

  /** Nothing happens: what is written, read and computed all the same. */
  void quietAmong(int others, int minutes) {
    say("%d quiet minutes among %d".formatted(minutes, others));
    ApiRequests before = ApiRequests.soFar(sandbox.client());
    Map<String, Programs.Use> used = Programs.now(cluster);
    Machine.pause(Duration.ofMinutes(minutes));
    ApiRequests seen = ApiRequests.soFar(sandbox.client()).since(before);
    cpu(used, uses("among " + others), others);
    ApiRequests writes = seen.writesOfEndpoints();
    remark(
        "writes of endpoints and what they are made of, in %d quiet minutes: %d %s"
            .formatted(minutes, writes.sum(), writes));
    remark(
        "other writes: %s".formatted(seen.only(kind -> kind.isWrite() && !kind.isOfEndpoints())));
    remark("reads: %s".formatted(seen.only(kind -> !kind.isWrite())));
    figures.fact("writesWhileQuiet among " + others, writes.sum());
  }

  private Map<String, Programs.Use> uses(String when) {
    Map<String, Programs.Use> now = Programs.now(cluster);
    now.forEach(
        (name, use) -> remark("%s, %s: %.0f MiB resident".formatted(name, when, use.mebibytes())));
    return now;
  }

  private void cpu(Map<String, Programs.Use> before, Map<String, Programs.Use> now, int others) {
    now.forEach(
        (name, use) -> {
          if (before.containsKey(name)) {
            double perMinute = use.cpuPerMinute(before.get(name));
            remark("%s, among %d: %.2f s of processor a minute".formatted(name, others, perMinute));
            figures.fact("cpuPerMinute among %d, %s".formatted(others, name), perMinute);
          }
        });
  }

  /** What a look at the figures costs. */
  void scrapes() {
    scrape(operator, cluster.components(Cluster.OPERATOR).getFirst());
    scrape(activator, cluster.components(Cluster.ACTIVATOR).getFirst());
  }

  private void scrape(dev.reveille.e2e.kit.Figures from, Pod pod) {
    from.text(pod);
    long began = System.nanoTime();
    String text = from.text(pod);
    remark(
        "/metrics of %s: %d KiB in %.0f ms"
            .formatted(pod.getMetadata().getName(), text.length() >> 10, seconds(began) * 1000));
  }

  /** Wakes of one endpoint, each from zero. */
  void wakesAmong(int others, int tries) {
    say("%d wakes of one among %d".formatted(tries, others));
    List<Double> millis = new ArrayList<>();
    for (int i = -1; i < tries; i++) { // the first of all is not counted
      woken.awaitAsleep();
      double took = AddOne.check(i, woken.infer(AddOne.request(i))).millis();
      if (i >= 0) {
        millis.add(took);
      }
    }
    wakes.put(others, new Spread(millis));
    row("a wake among " + others, wakes.get(others));
  }

  void ratio() {
    double ratio = wakes.get(endpoints).p50() / wakes.get(FEW).p50();
    remark("a wake among %d takes %.2f times one among %d (p50)".formatted(endpoints, ratio, FEW));
    figures.fact("wakeRatio", ratio);
  }

  /** How long the HPA controller needs until it has looked at the HPA of one that is awake. */
  void autoscaler() {
    say("an awake endpoint's HPA");
    long began = System.nanoTime();
    Endpoint awake = sandbox.addOne("awake").with("scaling.minReplicas", 1).apply();
    Await.that("an HPA", PATIENCE, () -> autoscaler(awake), Optional::isPresent);
    double there = seconds(began);
    Await.that(
        "the controller has looked at it",
        PATIENCE,
        () -> autoscaler(awake),
        seen ->
            seen.map(HorizontalPodAutoscaler::getStatus)
                .filter(status -> !status.getConditions().isEmpty())
                .isPresent());
    remark(
        "an HPA: made %.1f s after the apply, looked at %.1f s later"
            .formatted(there, seconds(began) - there));
    figures.fact("hpaFirstLookSeconds", seconds(began) - there);
    remark("HPAs in the namespace: %d".formatted(autoscalers().size()));
  }

  private List<HorizontalPodAutoscaler> autoscalers() {
    return sandbox
        .client()
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(sandbox.namespace())
        .list()
        .getItems();
  }

  private Optional<HorizontalPodAutoscaler> autoscaler(Endpoint of) {
    return autoscalers().stream()
        .filter(hpa -> hpa.getMetadata().getName().equals(of.name()))
        .findFirst();
  }

  /** From the end of the old one's last breath until nothing is left to reconcile. */
  void restartOperator() {
    say("restart of the operator");
    settle();
    ApiRequests before = ApiRequests.soFar(sandbox.client());
    Set<String> old = names(Cluster.OPERATOR);
    long began = System.nanoTime();
    sandbox.client().pods().inNamespace(Cluster.SYSTEM).withName(old.iterator().next()).delete();
    awaitAnother(Cluster.OPERATOR, old);
    double ready = seconds(began);
    double reconciled = awaitReconciled(began);
    ApiRequests writes = ApiRequests.soFar(sandbox.client()).since(before).writesOfEndpoints();
    remark(
        "operator deleted → another ready: %.1f s, all reconciled: %.1f s"
            .formatted(ready, reconciled));
    remark(
        "  meanwhile %d reconciliations, written: %s".formatted((long) reconciliations(), writes));
    uses("after the operator's restart");
    figures.fact("restartReconciledSeconds", reconciled);
  }

  /** Each endpoint was reconciled, and none is any more. */
  private double awaitReconciled(long began) {
    double count = reconciliations();
    double at = seconds(began);
    long since = System.nanoTime();
    while (count < endpoints || System.nanoTime() - since < RECONCILED.toNanos()) {
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
      double now = reconciliations();
      if (now != count) {
        count = now;
        at = seconds(began);
        since = System.nanoTime();
      }
      if (seconds(began) > PATIENCE.toSeconds()) {
        throw new AssertionError("still reconciling after " + PATIENCE + ": " + count);
      }
    }
    return at;
  }

  private double reconciliations() {
    return operator.sum("reveille_operator_reconciles_total", "outcome=\"succeeded\"");
  }

  void restartActivator() {
    say("restart of an activator");
    Set<String> old = names(Cluster.ACTIVATOR);
    ApiRequests before = ApiRequests.soFar(sandbox.client());
    long began = System.nanoTime();
    sandbox.client().pods().inNamespace(Cluster.SYSTEM).withName(old.iterator().next()).delete();
    awaitAnother(Cluster.ACTIVATOR, old);
    remark("activator deleted → another ready: %.1f s".formatted(seconds(began)));
    remark("  of %d endpoints %d are unknown then".formatted(endpoints, fleet.unknown().size()));
    Machine.pause(RECONCILED);
    ApiRequests writes = ApiRequests.soFar(sandbox.client()).since(before).writesOfEndpoints();
    remark("  meanwhile written: %s".formatted(writes));
    uses("after the activator's restart");
  }

  private void awaitAnother(String component, Set<String> old) {
    Await.that(
        "another " + component + " is ready",
        () ->
            cluster.components(component).stream()
                .filter(pod -> !old.contains(pod.getMetadata().getName()))
                .filter(ScaleRun::isReady)
                .count(),
        count -> count > 0);
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"));
  }

  private Set<String> names(String component) {
    Set<String> names = new TreeSet<>();
    cluster.components(component).forEach(pod -> names.add(pod.getMetadata().getName()));
    return new HashSet<>(names);
  }

  private static Spread spread(List<Fleet.Member> members, ToDoubleFunction<Fleet.Member> what) {
    return new Spread(members.stream().map(member -> what.applyAsDouble(member)).toList());
  }

  private void row(String part, Spread millis) {
    figures.row(part, millis);
    System.out.printf("  %s: p50 %.0f, p95 %.0f ms%n", part, millis.p50(), millis.p95());
  }

  private void remark(String sentence) {
    System.out.println("  " + sentence);
    figures.remark(sentence);
  }

  private static void say(String what) {
    System.out.println(what);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  @Override
  public void close() {
    fleet.close();
    sandbox.close();
    source.close();
  }
}
