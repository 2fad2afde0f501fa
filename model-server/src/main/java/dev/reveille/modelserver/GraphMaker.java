package dev.reveille.modelserver;

import dev.reveille.modelserver.fetch.Fetched;
import dev.reveille.modelserver.fetch.ModelBytes;
import dev.reveille.modelserver.log.JsonLog;
import dev.reveille.modelserver.model.ModelLoader;
import dev.reveille.modelserver.model.PreparedGraph;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Prepares the graph of the model that was loaded, for later pods of the endpoint, and puts it into
 * the depot: after those who waited were answered, and only if there is memory for it.
 */
final class GraphMaker {
  private static final long AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The model, the session that is made of it, the graph, and room to breathe. */
  private static final int TIMES_THE_MODEL = 4;

  private GraphMaker() {}

  /** Blocks; does nothing where none is wanted. What goes wrong costs the next start a little. */
  static void make(ModelLoader loader, Config config, BooleanSupplier draining, JsonLog log) {
    String to = loader.graphTo();
    if (to.isEmpty()) {
      return;
    }
    LockSupport.parkNanos(AFTER_NANOS);
    if (draining.getAsBoolean() || freeMemory() < loader.sourceBytes() * TIMES_THE_MODEL) {
      log.info("no graph is prepared: it would take memory that requests may need");
      return;
    }
    if (!(loader.fetchSource() instanceof Fetched.Complete(ModelBytes bytes, String again))) {
      return;
    }
    try (bytes) {
      put(bytes, URI.create(to), config, log);
    } catch (IOException | PreparedGraph.Unprepared | InterruptedException e) {
      log.info("no graph was prepared", "problem", e.toString());
    }
  }

  private static long freeMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getFreeMemorySize()
        : 0;
  }

  private static void put(ModelBytes bytes, URI to, Config config, JsonLog log)
      throws IOException, PreparedGraph.Unprepared, InterruptedException {
    Path file = Files.createTempFile("graph", ".ort");
    try (HttpClient http = HttpClient.newHttpClient()) {
      PreparedGraph.write(bytes.buffer(), file, config.threads());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(to)
              .version(HttpClient.Version.HTTP_1_1)
              .timeout(TIMEOUT)
              .header(Wire.GRAPH, Wire.GRAPH_FORMAT)
              .header(Wire.MODEL_DIGEST, PreparedGraph.digest(bytes.buffer()))
              .PUT(BodyPublishers.ofFile(file));
      config.identity().headers().forEach(request::header);
      int status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
      log.info("graph prepared", "bytes", Files.size(file), "status", status);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
