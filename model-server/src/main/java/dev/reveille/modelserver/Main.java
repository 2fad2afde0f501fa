package dev.reveille.modelserver;

import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.measure.Timeline;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Starts the model server; the environment says how (ARCHITECTURE.md, wire contract). */
public final class Main {
  static final int CANNOT_START = 1;
  private static final int BAD_CONFIGURATION = 2;

  private Main() {}

  public static void main(String[] args) {
    Timeline timeline = Timeline.ofThisProcess(System.nanoTime());
    timeline.reach(Timeline.Step.MAIN, System.nanoTime());
    // Else Netty looks for other loggers first, jar by jar.
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    JsonLog log = new JsonLog(System.out);
    String training = System.getProperty("reveille.training");
    try {
      if (training != null) {
        Training.run(training, timeline, log);
        System.exit(0);
      }
      serve(System.getenv(), timeline, log);
    } catch (Config.BadConfig e) {
      log.warn("bad configuration", "problem", String.valueOf(e.getMessage()));
      System.exit(BAD_CONFIGURATION);
    } catch (IOException e) {
      log.warn("cannot start", "problem", e.toString());
      System.exit(CANNOT_START);
    }
  }

  private static void serve(Map<String, String> env, Timeline timeline, JsonLog log)
      throws Config.BadConfig, IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    Drain.Drained server =
        PoolConfig.isMeant(env)
            ? PoolServer.start(PoolConfig.parse(env, processors), newInstance(), timeline, log)
            : ModelServer.start(Config.parse(env, processors), newInstance(), timeline, log);
    Runtime.getRuntime().addShutdownHook(new Drain(server, log));
  }

  /** Names this process, so that a request meant for another one at the same address is noticed. */
  static String newInstance() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }
}
