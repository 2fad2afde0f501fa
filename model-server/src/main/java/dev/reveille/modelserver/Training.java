package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.modelserver.fetch.PlainHttp;
import dev.reveille.modelserver.fetch.Retry;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Exercises the server once, for the recording of an AOT cache in the image build. */
final class Training {
  private static final int MOST_TRIES = 20;
  private static final String BODY =
      "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

  private Training() {}

  static void exercise(int port, Config config) throws IOException {
    String base = "http://127.0.0.1:" + port;
    Retry retry = new Retry(MOST_TRIES);
    while (PlainHttp.exchange(URI.create(base + Wire.READY_PATH), Map.of(), new byte[0]).status()
            != 200
        && retry.again()) {}
    URI infer = URI.create(base + "/v2/models/" + config.modelName() + "/infer");
    URI predict = URI.create(base + "/predict");
    int infered = PlainHttp.exchange(infer, Map.of(), BODY.getBytes(UTF_8)).status();
    int predicted =
        PlainHttp.exchange(predict, Map.of(), "{\"data\":[1,2]}".getBytes(UTF_8)).status();
    if (infered != 200 || predicted != 200) {
      throw new IOException("training requests answered " + infered + " and " + predicted);
    }
  }
}
