package dev.reveille.modelserver.pool;

import dev.reveille.modelserver.PoolConfig;
import dev.reveille.modelserver.fetch.PlainHttp;
import dev.reveille.modelserver.log.JsonLog;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says to the activator, again and again, that this pod is free, or that it is spent; blocking. */
public final class PoolGreeter {
  private static final long FREE_SECONDS = 2;
  private static final long SPENT_SECONDS = 10;

  private final PoolConfig config;
  private final PoolHello hello;
  private final JsonLog log;
  private final URI url;
  private final Map<String, String> headers;
  private String lastProblem = "";

  public PoolGreeter(PoolConfig config, PoolHello hello, JsonLog log) {
    this.config = config;
    this.hello = hello;
    this.log = log;
    this.url = URI.create(config.helloUrl());
    this.headers = Map.of("Authorization", "Bearer " + config.pool().key());
  }

  /** Offers the pod until {@code over} is at zero: it was claimed, or the process ends. */
  public void offer(ClaimDesk desk, int port, CountDownLatch over) throws InterruptedException {
    log.info("free", "pool", config.pool().namespace() + "/" + config.pool().name());
    boolean welcome = true;
    while (welcome && desk.isFree()) {
      welcome = say(hello.offer(port)) && !over.await(FREE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Asks for this pod's end until {@code over} is at zero. */
  public void reportSpent(int port, CountDownLatch over) throws InterruptedException {
    log.warn("spent: the container was restarted; this pod takes no claims");
    boolean welcome = true;
    while (welcome) {
      welcome = say(hello.report("spent", port)) && !over.await(SPENT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Says whether to go on: the key was not refused. */
  private boolean say(byte[] document) {
    try (PlainHttp answer = PlainHttp.send(url, headers, document, PlainHttp.SHORT_MILLIS)) {
      if (answer.status() == 401) {
        log.warn("the activator does not take this pool's key; this pod will not be claimed");
        return false;
      }
      note(answer.status() == 204 ? "" : "answered " + answer.status());
    } catch (IOException e) {
      note(e.toString());
    }
    return true;
  }

  /** A problem is logged when it begins, not every two seconds. */
  private void note(String problem) {
    if (!problem.isEmpty() && !problem.equals(lastProblem)) {
      log.warn("the pool hello was not taken", "problem", problem);
    }
    lastProblem = problem;
  }
}
