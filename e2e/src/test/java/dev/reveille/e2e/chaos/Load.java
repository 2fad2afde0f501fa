package dev.reveille.e2e.chaos;

import dev.reveille.e2e.chaos.Rhythm.Span;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Customers at work, several an endpoint. */
public final class Load implements AutoCloseable {
  private final ExecutorService customers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> working = new ArrayList<>();
  private final Tally tally = new Tally();
  private final List<Target> targets;
  private final long beganNanos = System.nanoTime();
  private volatile boolean stopped;

  /**
   * How it is.
   *
   * @param customers an endpoint
   * @param perSecond requests of all customers, while all call
   * @param most requests in all
   * @param calls how long an endpoint is called
   * @param pauses how long it is not, by turns with that
   */
  public record Shape(
      int customers, double perSecond, long most, Span calls, Span pauses, long seed) {
    private static final int CUSTOMERS = 4;
    private static final int DAY = (int) TimeUnit.DAYS.toMillis(1);

    /** Pauses are about as long as an endpoint with the shortest idle time needs to sleep. */
    public static Shape wakingAndSleeping(long most, double perSecond, long seed) {
      return new Shape(CUSTOMERS, perSecond, most, new Span(800, 3000), new Span(900, 3200), seed);
    }

    /**
     * A few requests, then none for about as long as it takes until it is decided that an endpoint
     * with the shortest idle time sleeps, a second before or after that.
     */
    public static Shape aroundTheDecision() {
      return new Shape(
          2, 250, Long.MAX_VALUE, new Span(50, 300), new Span(700, 2700), System.nanoTime());
    }

    /** Called all the time. */
    public static Shape steady(int customers, double perSecond) {
      return new Shape(customers, perSecond, Long.MAX_VALUE, new Span(DAY, DAY), new Span(0, 0), 1);
    }
  }

  /**
   * @param gateway where the activators are reached
   * @param who the endpoint that tells who carries a connection
   * @param ids numbers that no request has had
   */
  Load(URI gateway, Target who, AtomicLong ids, List<Target> targets, Shape shape) {
    this.targets = List.copyOf(targets);
    double thinkMillis = shape.customers() * targets.size() * 1000 / shape.perSecond();
    Customer.Desk desk =
        new Customer.Desk(
            gateway,
            who.endpoint().path("/who"),
            ids,
            shape.most() == Long.MAX_VALUE ? Long.MAX_VALUE : ids.get() + shape.most(),
            thinkMillis,
            beganNanos,
            tally,
            () -> stopped);
    RandomGenerator seeds = RandomGeneratorFactory.of("L64X128MixRandom").create(shape.seed());
    for (int number = 0; number < targets.size(); number++) {
      Rhythm rhythm = new Rhythm(seeds.nextLong(), shape.calls(), shape.pauses());
      for (int i = 0; i < shape.customers(); i++) {
        working.add(
            customers.submit(
                new Customer(targets.get(number), number, rhythm, desk, seeds.nextLong())));
      }
    }
  }

  public Tally tally() {
    return tally;
  }

  public List<Target> targets() {
    return targets;
  }

  public double seconds() {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  /** All that were to be sent are answered, or never will be. */
  public boolean isDone() {
    return working.stream().allMatch(Future::isDone);
  }

  /** How far it is, for people. */
  public String progress() {
    return "%d requests, %d right, %d missed; %d of %d customers are done"
        .formatted(
            tally.sent(),
            tally.right(),
            tally.misses().size(),
            working.stream().filter(Future::isDone).count(),
            working.size());
  }

  /** No further question; returns when all are answered, or never will be. */
  public Tally stop() {
    stopped = true;
    customers.close();
    return tally;
  }

  @Override
  public void close() {
    stop();
  }
}
