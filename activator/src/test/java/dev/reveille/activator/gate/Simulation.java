package dev.reveille.activator.gate;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.reveille.activator.backend.Backend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Clients, a gate and backends in virtual time. A backend takes a while for each request, however
 * many it has; in a bad time it answers 503 at once, or cannot be connected to.
 */
final class Simulation {
  private static final long TICK = MILLISECONDS.toNanos(100);
  private static final long CALM = 0;

  private final Random random;
  private final Gate gate;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<String, Server> servers = new TreeMap<>();
  private final TreeSet<Integer> waiting = new TreeSet<>();
  private long now;
  private long orders;
  private int arrived;
  private int answered;
  private int failures;
  private int overtaken;
  private int peak;

  private record Event(long at, long order, Runnable what) {}

  private record BadTime(long from, long to) {
    boolean holds(long at) {
      return at >= from && at < to;
    }
  }

  /** One backend. */
  private static final class Server {
    private final Backend backend;
    private final List<Long> served = new ArrayList<>();
    private double slowness = 1;
    private int running;
    private BadTime failing = new BadTime(CALM, CALM);
    private BadTime unreachable = new BadTime(CALM, CALM);

    Server(String name) {
      this.backend = new Backend("u", "i-" + name, name, 8080, "r", 0);
    }
  }

  /** One client's. */
  private final class Request implements Ticket {
    private final long came;
    private final int number;

    Request(long came, int number) {
      this.came = came;
      this.number = number;
    }

    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public long queuedAt() {
      return came;
    }

    @Override
    public void forward(Lease lease) {
      waiting.remove(number);
      overtaken += waiting.headSet(number).size();
      send(this, lease);
    }

    @Override
    public void refuse(Refusal why) {
      throw new AssertionError(why.message());
    }
  }

  Simulation(long seed, int limit) {
    this.random = new Random(seed);
    this.gate = new Gate(new Bounds(1_000_000, 1_000_000, limit), 0);
  }

  Simulation backends(String... names) {
    for (String name : names) {
      Server server = new Server(name);
      servers.put(name, server);
      gate.add(server.backend, 0);
    }
    return this;
  }

  void slow(String name, double times) {
    servers.get(name).slowness = times;
  }

  void failing(String name, long from, long to) {
    servers.get(name).failing = new BadTime(from, to);
  }

  void unreachable(String name, long from, long to) {
    servers.get(name).unreachable = new BadTime(from, to);
  }

  /** Requests come at random, so far apart on average, until the end; then what is left is done. */
  void run(long between, long end) {
    arrive(between, end);
    for (long tick = TICK; tick < end + end / 4; tick += TICK) {
      at(tick, this::tick);
    }
    while (!events.isEmpty()) {
      Event next = events.remove();
      now = next.at();
      next.what().run();
    }
  }

  private void at(long when, Runnable what) {
    events.add(new Event(when, orders++, what));
  }

  private void arrive(long between, long end) {
    long next = now + (long) (-Math.log(1 - random.nextDouble()) * between);
    if (next < end) {
      at(
          next,
          () -> {
            Request request = new Request(now, arrived++);
            follow(request, gate.admit(request, 1, now));
            arrive(between, end);
          });
    }
  }

  private void follow(Request request, Admission admission) {
    switch (admission) {
      case Admission.Forward(Lease lease) -> request.forward(lease);
      case Admission.Wait() -> waiting.add(request.number);
      case Admission.Refuse(Refusal why) -> throw new AssertionError(why.message());
    }
  }

  /** As the activator's clock and its prober. */
  private void tick() {
    for (Server server : servers.values()) {
      if (!gate.reaches(server.backend.host()) && !server.unreachable.holds(now)) {
        gate.add(server.backend, now);
      }
    }
    gate.pump(now);
  }

  private void send(Request request, Lease lease) {
    Server server = servers.get(lease.backend().host());
    if (server.unreachable.holds(now)) {
      at(
          now + MILLISECONDS.toNanos(1),
          () -> {
            gate.failed(lease, Fault.UNREACHABLE, now);
            follow(request, gate.readmit(request, lease, now));
          });
      return;
    }
    server.running++;
    peak = Math.max(peak, server.running);
    boolean fails = server.failing.holds(now);
    long takes =
        fails
            ? MILLISECONDS.toNanos(1)
            : (long) (MILLISECONDS.toNanos(20) * server.slowness * (0.5 + random.nextDouble()));
    at(now + takes, () -> answer(server, lease, fails));
  }

  private void answer(Server server, Lease lease, boolean fails) {
    server.running--;
    answered++;
    if (fails) {
      failures++;
      gate.failed(lease, Fault.GATEWAY_ERROR, now);
    } else {
      server.served.add(now);
      gate.answered(lease, now);
    }
    gate.finish(lease, now);
  }

  Gate gate() {
    return gate;
  }

  int arrived() {
    return arrived;
  }

  int answered() {
    return answered;
  }

  int failures() {
    return failures;
  }

  /** How often a request was forwarded before one that came earlier and waited. */
  int overtaken() {
    return overtaken;
  }

  /** The most that ran on one backend at once. */
  int peak() {
    return peak;
  }

  int servedSince(String name, long since) {
    return (int) servers.get(name).served.stream().filter(each -> each >= since).count();
  }

  Map<String, Integer> served() {
    Map<String, Integer> served = new HashMap<>();
    servers.forEach((name, server) -> served.put(name, server.served.size()));
    return served;
  }
}
