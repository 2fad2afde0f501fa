package dev.reveille.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the image holds, and which room knows which. The mock server brings Vert.x 4, to tests only.
 */
class DependenciesTest {
  private static final Path SOURCES =
      Path.of(
          System.getProperty("reveille.root", ".."),
          "operator/src/main/java/dev/reveille/operator");

  @Test
  void noVertxAtRunTime() throws Exception {
    List<String> jars =
        Stream.of(
                Files.readString(Path.of(System.getProperty("reveille.runtime")))
                    .split(File.pathSeparator, -1))
            .map(jar -> Path.of(jar).getFileName().toString())
            .toList();
    assertEquals(
        List.of(),
        jars.stream().filter(jar -> jar.contains("vertx") || jar.contains("netty")).toList());
    assertTrue(jars.stream().anyMatch(jar -> jar.startsWith("kubernetes-httpclient-jdk")));
  }

  @Test
  void theClientSpeaksThroughTheJdk() {
    try (var client = new KubernetesClientBuilder().build()) {
      String http = client.getHttpClient().getClass().getName();
      assertTrue(http.contains(".jdkhttp."), http);
    }
  }

  @Test
  void whatDecidesHasNoClientNoClockAndNoThread() throws Exception {
    Set<String> forbidden =
        Set.of(
            "io.fabric8.kubernetes.client.KubernetesClient",
            "java.net.http",
            "java.util.concurrent",
            "Instant.now(",
            "System.nanoTime(",
            "System.currentTimeMillis(",
            "System.getenv(",
            "Thread.");
    for (String room : List.of("lifecycle", "status", "desired")) {
      try (Stream<Path> files = Files.walk(SOURCES.resolve(room))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          String source = Files.readString(file);
          forbidden.forEach(
              word -> assertTrue(!source.contains(word), file.getFileName() + " has " + word));
        }
      }
    }
  }
}
