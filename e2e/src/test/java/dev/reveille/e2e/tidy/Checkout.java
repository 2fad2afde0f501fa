package dev.reveille.e2e.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the project, as text. */
final class Checkout {
  static final Path ROOT =
      Path.of(System.getProperty("reveille.root", "..")).toAbsolutePath().normalize();
  static final List<String> MODULES =
      List.of("crds", "operator", "activator", "model-server", "simulation", "e2e");

  private Checkout() {}

  /** One file: where it lies below the root, and its lines. */
  record Source(String path, List<String> lines) {
    String module() {
      return path.substring(0, path.indexOf('/'));
    }

    boolean isTest() {
      return path.contains("/src/test/");
    }

    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    String text() {
      return String.join("\n", lines);
    }
  }

  static List<Source> java() {
    return MODULES.stream().flatMap(module -> below(ROOT.resolve(module), ".java")).toList();
  }

  static List<Source> markdown() {
    return Stream.concat(
            Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
                .map(name -> read(ROOT.resolve(name))),
            below(ROOT.resolve("docs"), ".md"))
        .toList();
  }

  static Source read(Path file) {
    try {
      return new Source(
          ROOT.relativize(file).toString().replace('\\', '/'), Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Source> below(Path directory, String ending) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .map(Checkout::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
