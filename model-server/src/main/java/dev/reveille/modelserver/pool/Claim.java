package dev.reveille.modelserver.pool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.PoolConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an activator asks of a pool's pod: to serve this endpoint (the wire contract's claim).
 *
 * @param threads threads of one inference; 0: the pod's own number
 */
public record Claim(
    Config.Identity identity,
    String modelUrl,
    String digest,
    String helloUrl,
    String modelName,
    String modelVersion,
    int threads,
    int maxBodyBytes) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A body that is no claim; the message is a sentence for its sender. */
  public static final class Bad extends Exception {
    private static final long serialVersionUID = 1L;

    Bad(String message) {
      super(message);
    }
  }

  /** Reads the JSON; every field must be there, and unknown ones are those of a later version. */
  public static Claim parse(byte[] body) throws Bad {
    Fields fields = new Fields(read(body));
    return new Claim(
        new Config.Identity(
            fields.text("uid"),
            fields.text("revision"),
            fields.text("modelId"),
            fields.text("key")),
        fields.url("modelUrl"),
        fields.digest("digest"),
        fields.url("helloUrl"),
        fields.text("modelName"),
        fields.text("modelVersion"),
        fields.number("threads", 0, Config.MOST_THREADS),
        fields.number("maxBodyBytes", 1, Integer.MAX_VALUE));
  }

  /** How to serve it: what it says, and the rest as {@code pod} is. */
  public Config config(PoolConfig pod) {
    return new Config(
        pod.port(),
        orAtOwn(helloUrl, pod),
        new Config.Source(orAtOwn(modelUrl, pod), "", digest),
        identity,
        modelName,
        modelVersion,
        threads == 0 ? pod.threads() : threads,
        maxBodyBytes);
  }

  /** The activator that claims may be gone before it is done: then the pod's own has the same. */
  private static List<String> orAtOwn(String url, PoolConfig pod) {
    String own = pod.ownActivator(url);
    return own.equals(url) ? List.of(url) : List.of(url, own);
  }

  /** The fields of one flat object: String or Long. */
  private static Map<String, Object> read(byte[] body) throws Bad {
    Map<String, Object> values = new HashMap<>();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Bad("a claim is a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_STRING) {
          values.put(name, json.getText());
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
          values.put(name, json.getLongValue());
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new Bad("something follows the claim's JSON object");
      }
    } catch (IOException e) {
      throw new Bad("the claim is not JSON: " + e.getMessage());
    }
    return values;
  }

  private record Fields(Map<String, Object> values) {

    String text(String name) throws Bad {
      String value = possiblyEmpty(name);
      if (value.isEmpty()) {
        throw new Bad("the claim's " + name + " is empty");
      }
      return value;
    }

    /** Control characters would break out of the headers that it is sent in. */
    private String possiblyEmpty(String name) throws Bad {
      if (!(values.get(name) instanceof String value)) {
        throw new Bad("the claim has no text " + name);
      }
      for (int i = 0; i < value.length(); i++) {
        if (Character.isISOControl(value.charAt(i))) {
          throw new Bad("the claim's " + name + " has a control character");
        }
      }
      return value;
    }

    String url(String name) throws Bad {
      String value = text(name);
      if (!Config.isUrl(value)) {
        throw new Bad("the claim's " + name + " is http://HOST:PORT/PATH, not '" + value + "'");
      }
      return value;
    }

    String digest(String name) throws Bad {
      String value = possiblyEmpty(name).toLowerCase(Locale.ROOT);
      if (!value.isEmpty() && !Config.isDigest(value)) {
        throw new Bad("the claim's " + name + " is sha256: and 64 hex digits, not '" + value + "'");
      }
      return value;
    }

    int number(String name, int least, int most) throws Bad {
      if (values.get(name) instanceof Long value && value >= least && value <= most) {
        return value.intValue();
      }
      throw new Bad("the claim's " + name + " is a whole number from " + least + " to " + most);
    }
  }
}
