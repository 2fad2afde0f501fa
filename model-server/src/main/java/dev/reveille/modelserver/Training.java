package dev.reveille.modelserver;

import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs both starts as production does, once, for the recording of an AOT cache in the image build:
 * a server whose model comes from a depot, and a pool's pod up to its being free; the hellos go to
 * an activator that is stood in for.
 */
final class Training {
  private Training() {}

  /** {@code model} is a path, or "true": where the environment says. The model adds one to x. */
  static void run(String model, Timeline timeline, JsonLog log)
      throws Config.BadConfig, IOException {
    Path path = Path.of(model.equals("true") ? System.getenv(Wire.MODEL_PATH_ENV) : model);
    try (StandIn activator = StandIn.open(Files.readAllBytes(path))) {
      serve(activator, timeline, log);
      pool(activator, log);
    }
  }

  private static void serve(StandIn activator, Timeline timeline, JsonLog log)
      throws Config.BadConfig, IOException {
    Map<String, String> env =
        Map.of(
            Wire.MODEL_URL_ENV,
            activator.url("/model"),
            Wire.HELLO_URL_ENV,
            activator.url("/hello"),
            Wire.PORT_ENV,
            "0");
    Config config = Config.parse(env, Runtime.getRuntime().availableProcessors());
    ModelServer server = ModelServer.start(config, Main.newInstance(), timeline, log);
    activator.awaitHello();
    String base = "http://" + Listener.LOOPBACK + ":" + server.port();
    Rehearsal.exercise(base, config.modelName(), 1);
    server.close();
  }

  private static void pool(StandIn activator, JsonLog log) throws Config.BadConfig, IOException {
    Map<String, String> env =
        Map.of(
            Wire.POOL_UID_ENV,
            "u",
            Wire.POOL_NAMESPACE_ENV,
            "n",
            Wire.POOL_NAME_ENV,
            "p",
            Wire.KEY_ENV,
            "k",
            Wire.HELLO_URL_ENV,
            activator.url("/hello"),
            Wire.PORT_ENV,
            "0");
    PoolConfig config = PoolConfig.parse(env, Runtime.getRuntime().availableProcessors());
    PoolServer server =
        PoolServer.start(config, Main.newInstance(), new Timeline(System.nanoTime()), log);
    activator.awaitHello();
    server.close();
  }
}
