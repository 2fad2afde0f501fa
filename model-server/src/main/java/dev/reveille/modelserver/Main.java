package dev.reveille.modelserver;

import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Starts the model server; the environment says how (ARCHITECTURE.md, wire contract). */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Timeline timeline = Timeline.ofThisProcess(System.nanoTime());
    timeline.reach(Timeline.Step.MAIN, System.nanoTime());
    JsonLog log = new JsonLog(System.out);
    try {
      String training = System.getProperty("reveille.training");
      Map<String, String> env =
          training == null ? System.getenv() : Map.of(Wire.MODEL_PATH_ENV, training);
      Config config = Config.parse(env, Runtime.getRuntime().availableProcessors());
      String instance = Long.toHexString(ThreadLocalRandom.current().nextLong());
      ModelServer server = ModelServer.start(config, instance, timeline, log);
      if (training != null) {
        Training.exercise(server.port(), config);
        System.exit(0);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(server::drain, "drain"));
    } catch (Config.BadConfig e) {
      log.warn("bad configuration", "problem", String.valueOf(e.getMessage()));
      System.exit(2);
    } catch (java.io.IOException e) {
      log.warn("cannot start", "problem", e.toString());
      System.exit(1);
    }
  }
}
