package dev.reveille.modelserver.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.Wire;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** A model that the activator's depot hands out. */
public final class DepotSource implements ModelSource {
  private static final int MOST_TRIES = 150; // about five minutes

  private final URI url;
  private final Config.Identity identity;

  public DepotSource(URI url, Config.Identity identity) {
    this.url = url;
    this.identity = identity;
  }

  @Override
  public Fetched fetch() {
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "Bearer " + identity.key(),
            Wire.ENDPOINT,
            identity.endpointUid(),
            Wire.REVISION,
            identity.revision());
    Retry retry = new Retry(MOST_TRIES);
    String last;
    do {
      try {
        PlainHttp.Answer answer = PlainHttp.exchange(url, headers, new byte[0]);
        if (answer.status() == 200) {
          return new Fetched.Bytes(answer.body());
        }
        Fetched.Failed refusal = refusal(answer);
        if (answer.status() != 503) {
          return refusal;
        }
        last = refusal.message();
      } catch (IOException | NumberFormatException e) {
        last = String.valueOf(e.getMessage());
      }
    } while (retry.again());
    return new Fetched.Failed("DepotUnavailable", "the depot did not hand out the model: " + last);
  }

  /** What the depot's JSON says: {@code error}, and a {@code reason} where it knows one. */
  private static Fetched.Failed refusal(PlainHttp.Answer answer) {
    byte[] bytes = new byte[answer.body().limit()];
    answer.body().get(0, bytes);
    String reason = "DepotUnavailable";
    String message = "the depot answered " + answer.status();
    try (JsonParser json = new JsonFactory().createParser(new String(bytes, UTF_8))) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          if (name.equals("error")) {
            message = json.getText();
          } else if (name.equals("reason")) {
            reason = json.getText();
          }
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      message = message + ": " + new String(bytes, UTF_8);
    }
    return new Fetched.Failed(reason, message);
  }
}
