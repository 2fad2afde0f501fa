package dev.reveille.modelserver.hello;

import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.fetch.PlainHttp;
import dev.reveille.modelserver.fetch.Retry;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.measure.Timeline.Step;
import dev.reveille.modelserver.model.Loading;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Posts the hello to the activator until it is taken (204) or the key is not (401); blocking. Where
 * there are several addresses, each is asked before it waits.
 */
public final class Greeter {
  private static final int MOST_TRIES = 300; // about ten minutes

  private final Config config;
  private final Hello hello;
  private final Timeline timeline;
  private final JsonLog log;
  private final Map<String, String> headers;
  private String problem = "";

  public Greeter(Config config, Hello hello, Timeline timeline, JsonLog log) {
    this.config = config;
    this.hello = hello;
    this.timeline = timeline;
    this.log = log;
    this.headers =
        Map.of(
            "Authorization",
            "Bearer " + config.identity().key(),
            Wire.ENDPOINT,
            config.identity().endpointUid(),
            Wire.REVISION,
            config.identity().revision());
  }

  /** Greets for as long as {@code wanted}: a server that shuts down must not offer itself. */
  public void greet(Loading loading, int port, BooleanSupplier wanted) {
    Retry retry = new Retry(MOST_TRIES);
    boolean more = !config.helloUrls().isEmpty();
    while (more && wanted.getAsBoolean()) {
      for (String url : config.helloUrls()) {
        if (isSettled(URI.create(url), loading, port)) {
          return;
        }
      }
      more = retry.again();
    }
    if (!problem.isEmpty()) {
      log.warn("the hello was not taken", "problem", problem);
    }
  }

  /** Asks once; true when the answer is final, for better or worse. */
  private boolean isSettled(URI url, Loading loading, int port) {
    timeline.again(Step.SENT, System.nanoTime());
    byte[] document = hello.document(loading, port);
    try (PlainHttp answer = PlainHttp.send(url, headers, document, PlainHttp.SHORT_MILLIS)) {
      if (answer.status() == 204) {
        log.info("hello taken", "sent_ms", Math.round(timeline.millis(Step.SENT)));
        return true;
      }
      if (answer.status() == 401) {
        log.warn("the activator does not take this pod's key; it will get no requests");
        return true;
      }
      problem = url.getAuthority() + " answered " + answer.status();
    } catch (IOException e) {
      problem = url.getAuthority() + ": " + e;
    }
    return false;
  }
}
