package dev.reveille.modelserver.fetch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.Wire;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model that the activator's depot hands out. Asked again while the depot cannot be reached, is
 * still fetching (503) or fails without a reason (5xx); an answer that names a reason is final.
 */
public final class DepotSource implements ModelSource {
  /** About five minutes. */
  public static final int MOST_TRIES = 150;

  private static final int MOST_REFUSAL_BYTES = 16384;
  private static final String UNAVAILABLE = "DepotUnavailable";

  private final List<String> urls;
  private final String digest;
  private final Config.Identity identity;
  private final int mostTries;
  private final long mostInMemory;

  /** The URLs of {@code source} are asked in turn. */
  public DepotSource(Config.Source source, Config.Identity identity) {
    this(source, identity, MOST_TRIES, ModelBytes.MOST_IN_MEMORY);
  }

  DepotSource(Config.Source source, Config.Identity identity, int mostTries, long mostInMemory) {
    this.urls = source.urls();
    this.digest = source.digest();
    this.identity = identity;
    this.mostTries = mostTries;
    this.mostInMemory = mostInMemory;
  }

  @Override
  public Fetched fetch() {
    Map<String, String> headers = new HashMap<>(identity.headers());
    headers.put(Wire.GRAPH, Wire.GRAPH_FORMAT);
    return fetch(headers);
  }

  @Override
  public Fetched fetchAfterBroken() {
    Map<String, String> headers = new HashMap<>(identity.headers());
    headers.put(Wire.GRAPH, Wire.BROKEN + Wire.GRAPH_FORMAT);
    return fetch(headers);
  }

  @Override
  public Fetched fetchSource() {
    return fetch(identity.headers());
  }

  private Fetched fetch(Map<String, String> headers) {
    long patienceMillis = urls.size() > 1 ? PlainHttp.SHORT_MILLIS : PlainHttp.PATIENCE_MILLIS;
    Retry retry = new Retry(mostTries);
    int tries = 0;
    String last;
    do {
      URI url = URI.create(urls.get(tries++ % urls.size()));
      try (PlainHttp answer = PlainHttp.send(url, headers, new byte[0], patienceMillis)) {
        if (answer.status() == 200) {
          return model(answer);
        }
        Fetched.Failed refusal = refusal(answer);
        boolean passing =
            answer.status() == 503
                || (answer.status() >= 500 && refusal.reason().equals(UNAVAILABLE));
        if (!passing) {
          return refusal;
        }
        last = refusal.message();
      } catch (IOException e) {
        last = e.toString();
      }
    } while (retry.again());
    return new Fetched.Failed(UNAVAILABLE, "the depot did not hand out the model: " + last);
  }

  private Fetched model(PlainHttp answer) throws IOException {
    long size = answer.length();
    if (size < 0) {
      return new Fetched.Failed(UNAVAILABLE, "the depot's answer has no Content-Length");
    }
    if (size > ModelBytes.MOST) {
      return Fetched.tooLarge(size);
    }
    return answer.header(Wire.GRAPH).equals(Wire.GRAPH_FORMAT)
        ? prepared(answer, size)
        : new Fetched.Complete(
            ModelBytes.read(answer::read, size, mostInMemory), answer.header(Wire.GRAPH_TO));
  }

  /** Its bytes have no digest that the user knows: the depot vouches for what it was made of. */
  private Fetched prepared(PlainHttp answer, long size) throws IOException {
    String source = answer.header(Wire.MODEL_DIGEST);
    return digest.isEmpty() || digest.equals(source)
        ? new Fetched.Prepared(ModelBytes.read(answer::read, size, mostInMemory))
        : new Fetched.Failed(
            "DigestMismatch", "the model has digest " + source + ", not " + digest);
  }

  /** What the depot's JSON says: {@code error}, and a {@code reason} where it knows one. */
  private static Fetched.Failed refusal(PlainHttp answer) throws IOException {
    String reason =
        switch (answer.status()) {
          case 401, 403 -> "Unauthorized";
          case 404 -> "ModelNotFound";
          default -> UNAVAILABLE;
        };
    String message = "the depot answered " + answer.status();
    String text = answer.text(MOST_REFUSAL_BYTES);
    try (JsonParser json = new JsonFactory().createParser(text)) {
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
      message = message + ": " + text;
    }
    return new Fetched.Failed(reason, message);
  }
}
