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

/** Posts the hello to the activator until it is taken; blocking. */
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

  public void greet(Loading loading) {
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
    String problem;
    do {
      try {
        timeline.reach(Step.SENT, System.nanoTime());
        PlainHttp.Answer answer = PlainHttp.exchange(url, headers, hello.document(loading));
        if (answer.status() == 204) {
          return;
        }
        problem = "answered " + answer.status();
        if (answer.status() == 401) {
          log.warn("the activator does not take this pod's key; it will get no requests");
          return;
        }
      } catch (IOException | NumberFormatException e) {
        problem = String.valueOf(e.getMessage());
      }
    } while (retry.again());
    log.warn("the hello was never taken", "problem", problem);
  }
}
