package dev.reveille.modelserver.hello;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.measure.Timeline;
import dev.reveille.modelserver.measure.Timeline.Step;
import dev.reveille.modelserver.model.Loading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The hello document: who this pod is, and whether it can serve. */
public final class Hello {
  private static final int MOST_MESSAGE = 2000;

  private final Config config;
  private final String instance;
  private final Timeline timeline;

  public Hello(Config config, String instance, Timeline timeline) {
    this.config = config;
    this.instance = instance;
    this.timeline = timeline;
  }

  public String instance() {
    return instance;
  }

  public Timeline timeline() {
    return timeline;
  }

  /** The document as JSON; {@code loading} decides its state, {@code port} is listened on. */
  public byte[] document(Loading loading, int port) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("uid", config.identity().endpointUid());
      json.writeStringField("revision", config.identity().revision());
      json.writeStringField("modelId", config.identity().modelId());
      json.writeStringField("instance", instance);
      json.writeNumberField("port", port);
      json.writeStringField("state", loading.state());
      json.writeStringField("reason", loading.reason());
      json.writeStringField("message", shortened(loading.message()));
      json.writeObjectFieldStart("timeline");
      for (Step step : Step.values()) {
        if (timeline.millis(step) >= 0) {
          json.writeNumberField(step.label(), Math.round(timeline.millis(step) * 1e3) / 1e3);
        }
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String shortened(String message) {
    return message.length() <= MOST_MESSAGE ? message : message.substring(0, MOST_MESSAGE);
  }
}
