package dev.reveille.crds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The committed CRD YAML is what the records generate; {@code make crds} rewrites it. */
class CrdTest {
  private static final Path COMMITTED =
      Path.of(System.getProperty("reveille.root", ".."), "helm/reveille/files/crds");

  @ParameterizedTest
  @EnumSource
  void committedYamlEqualsTheGenerated(CrdYaml.Kind kind, @TempDir Path directory)
      throws IOException {
    Path committed = COMMITTED.resolve(kind.file());
    String generated = CrdYaml.generate(kind, directory);
    if (Boolean.getBoolean("reveille.rewrite")) {
      Files.createDirectories(committed.getParent());
      Files.writeString(committed, generated);
    }
    assertEquals(generated, Files.readString(committed), "run `make crds` and commit the result");
  }
}
