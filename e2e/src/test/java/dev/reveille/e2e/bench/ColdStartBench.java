package dev.reveille.e2e.bench;

import dev.reveille.e2e.bench.Settings.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The program of `make bench-cold-start`: measures, prints, writes the figures and a picture. */
final class ColdStartBench {
  private ColdStartBench() {}

  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT); // figures look the same everywhere
    Settings settings = settings();
    Figures figures = new Figures();
    figures.fact("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    figures.fact("cores", Machine.cores());
    settings
        .elsewhere()
        .ifPresentOrElse(
            elsewhere -> figures.coldStart(elsewhere.host(), elsewhere.measure(settings.tries())),
            () -> measure(settings, figures));
    System.out.println(figures.text());
    write("figures", settings.json(), figures.json());
    if (figures.hasPicture()) {
      write("picture", settings.svg(), figures.svg());
    }
    System.exit(0); // clients of the API leave threads behind
  }

  private static Settings settings() {
    try {
      return Settings.parse(System.getenv());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      throw e;
    }
  }

  private static void measure(Settings settings, Figures figures) {
    try (Run run = new Run(settings, figures)) {
      for (Part part : settings.parts()) {
        switch (part) {
          case FLOOR -> run.floor();
          case ORDINARY -> run.ordinary();
          case POOL -> run.pool();
          case WARM -> run.warm();
          case STORM -> run.storm();
        }
      }
    }
    if (settings.notDefault().isEmpty()) {
      figures.remark("the cluster is yours: its flags are not known here");
    } else {
      figures.remark("the cluster's settings that are not the defaults, and why:");
      settings.notDefault().forEach(line -> figures.remark("  " + line));
      figures.fact("notDefault", settings.notDefault());
    }
  }

  private static void write(String what, Path file, String text) throws IOException {
    Files.writeString(file, text);
    System.out.println(what + ": " + file);
  }
}
