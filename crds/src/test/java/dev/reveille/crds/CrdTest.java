package dev.reveille.crds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed CRD YAML is what the records generate; {@code make crds} rewrites it. */
class CrdTest {
  private static final Path COMMITTED =
      Path.of(
          System.getProperty("reveille.root", ".."),
          "helm/reveille/files/crds/inferenceendpoints.reveille.dev.yaml");

  @Test
  void committedYamlEqualsTheGenerated(@TempDir Path directory) throws IOException {
    String generated = CrdYaml.generate(directory);
    if (Boolean.getBoolean("reveille.rewrite")) {
      Files.createDirectories(COMMITTED.getParent());
      Files.writeString(COMMITTED, generated);
    }
    assertEquals(generated, Files.readString(COMMITTED), "run `make crds` and commit the result");
  }
}
