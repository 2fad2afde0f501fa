package dev.reveille.e2e.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.e2e.chaos.Exam.Finding;
import dev.reveille.e2e.kit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody with one keep-alive connection who asks one thing at a time, in the rhythm of the
 * endpoint, and checks every answer. Each connection begins by asking who carries it.
 */
final class Customer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Customer.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int OK = 200;

  private final Target target;
  private final int number;
  private final Rhythm rhythm;
  private final Desk desk;
  private final Random random;
  private Wire wire;
  private String carrier = "";

  /**
   * What all customers share.
   *
   * @param gateway where they call
   * @param who the path that tells who carries a connection
   * @param ids numbers of requests; those from {@code most} on are not sent
   * @param thinkMillis between an answer and the next question, on average
   */
  record Desk(
      URI gateway,
      String who,
      AtomicLong ids,
      long most,
      double thinkMillis,
      long beganNanos,
      Tally tally,
      BooleanSupplier stopped) {
    String host() {
      return gateway.getAuthority();
    }
  }

  /**
   * @param number the target's
   */
  Customer(Target target, int number, Rhythm rhythm, Desk desk, long seed) {
    this.target = target;
    this.number = number;
    this.rhythm = rhythm;
    this.desk = desk;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    try {
      while (awaitTurn() && connected()) {
        long id = desk.ids().getAndIncrement();
        if (id >= desk.most()) {
          break;
        }
        ask(id);
      }
    } catch (RuntimeException e) {
      LOG.error("a customer of {} gave up", target.name(), e);
      desk.tally().example("a customer gave up: " + e);
    } finally {
      hangUp();
    }
  }

  /** False when it is over. */
  private boolean awaitTurn() {
    double think = -Math.log(1 - random.nextDouble()) * desk.thinkMillis();
    LockSupport.parkNanos((long) (think * 1e6));
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - desk.beganNanos());
    long next = rhythm.next(now);
    while (now < next && !desk.stopped().getAsBoolean()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.min(100, next - now)));
      now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - desk.beganNanos());
    }
    return !desk.stopped().getAsBoolean();
  }

  /** On the connection that there is, unless the other side has hung up meanwhile. */
  private boolean connected() {
    if (wire != null && wire.isOver()) {
      hangUp();
    }
    while (wire == null && !desk.stopped().getAsBoolean()) {
      try {
        wire = Wire.to(desk.gateway());
        Wire.Reply reply = wire.ask(Wire.get(desk.host(), desk.who())).expectOk();
        carrier = JSON.readTree(reply.body()).path("peer").asText();
        if (closes(reply)) {
          hangUp(); // it is about to go
        }
      } catch (IOException | UncheckedIOException | AssertionError e) {
        desk.tally().unconnected(System.nanoTime());
        hangUp();
        LockSupport.parkNanos(RECONNECT_NANOS);
      }
    }
    return wire != null;
  }

  private void ask(long id) {
    desk.tally().sent.incrementAndGet();
    desk.tally().book.asked(id, number);
    byte[] question = target.question(id, desk.host());
    long sent = System.nanoTime();
    try {
      Wire.Reply reply = wire.ask(question);
      long ended = System.nanoTime();
      if (reply.status() == OK) {
        check(id, reply, ended - sent);
      } else {
        missed(id, sent, ended, reply.status(), reason(reply));
      }
      boolean more = wire.hasMore();
      if (more) {
        desk.tally().answeredTwice.incrementAndGet();
        desk.tally().example("more than one answer to request " + id);
      }
      if (more || closes(reply)) {
        hangUp();
      }
    } catch (UncheckedIOException e) {
      missed(id, sent, System.nanoTime(), 0, String.valueOf(e.getMessage()));
      hangUp();
    }
  }

  private void check(long id, Wire.Reply reply, long nanos) {
    Tally tally = desk.tally();
    Finding finding = target.exam().check(id, target.name(), reply.body());
    switch (finding) {
      case RIGHT -> {
        tally.right.incrementAndGet();
        tally.book.right(id);
        boolean waited = reply.header("x-reveille-cold-start").isPresent();
        (waited ? tally.cold : tally.warm).add(nanos);
        return;
      }
      case WRONG -> tally.wrong.incrementAndGet();
      case CROSSED -> tally.crossed.incrementAndGet();
    }
    tally.example(
        finding
            + ": request "
            + id
            + " of "
            + target.name()
            + " got "
            + new String(reply.body(), UTF_8));
  }

  private void missed(long id, long sent, long ended, int status, String reason) {
    desk.tally().missed(new Miss(id, target, carrier, sent, ended, status, reason));
  }

  private static String reason(Wire.Reply reply) {
    try {
      JsonNode body = JSON.readTree(reply.body());
      return body.path("reason").asText();
    } catch (JsonProcessingException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean closes(Wire.Reply reply) {
    return reply.header("connection").filter("close"::equalsIgnoreCase).isPresent();
  }

  private void hangUp() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
