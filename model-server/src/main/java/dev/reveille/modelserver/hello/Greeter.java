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

/** Posts the hello to the activator until it is taken (204) or the key is not (401); blocking. */
public final class Greeter {
  private static final int MOST_TRIES = 300; // about ten minutes

  private final Config config;
  private final Hello hello;
  private final Timeline timeline;
  private final JsonLog log;

  public Greeter(Config config, Hello hello, Timeline timeline, JsonLog log) {
    this.config = config;
    this.hello = hello;
    this.timeline = timeline;
    this.log = log;
  }

  /** Greets for as long as {@code wanted}: a server that shuts down must not offer itself. */
  public void greet(Loading loading, int port, BooleanSupplier wanted) {
    URI url = URI.create(config.helloUrl());
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "Bearer " + config.identity().key(),
            Wire.ENDPOINT,
            config.identity().endpointUid(),
            Wire.REVISION,
            config.identity().revision());
    Retry retry = new Retry(MOST_TRIES);
    String problem = "shutting down";
    while (wanted.getAsBoolean()) {
      timeline.again(Step.SENT, System.nanoTime());
      try (PlainHttp answer = PlainHttp.send(url, headers, hello.document(loading, port))) {
        if (answer.status() == 204) {
          log.info("hello taken", "sent_ms", Math.round(timeline.millis(Step.SENT)));
          return;
        }
        if (answer.status() == 401) {
          log.warn("the activator does not take this pod's key; it will get no requests");
          return;
        }
        problem = "answered " + answer.status();
      } catch (IOException e) {
        problem = e.toString();
      }
      if (!retry.again()) {
        break;
      }
    }
    log.warn("the hello was not taken", "problem", problem);
  }
}
