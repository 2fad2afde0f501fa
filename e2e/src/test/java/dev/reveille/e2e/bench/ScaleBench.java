package dev.reveille.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * The program of `make bench-scale`: what many sleeping endpoints cost. Settings: docs/scale.md.
 */
final class ScaleBench {
  private ScaleBench() {}

  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT); // figures look the same everywhere
    Map<String, String> environment = System.getenv();
    int endpoints = number(environment, "ENDPOINTS", 2000);
    int tries = number(environment, "N", 20);
    int minutes = number(environment, "MINUTES", 2);
    Figures figures = new Figures();
    figures.fact("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    figures.fact("cores", Machine.cores());
    figures.fact("endpoints", endpoints);
    try (ScaleRun run = new ScaleRun(endpoints, figures)) {
      run.wakesAmong(ScaleRun.FEW, tries);
      run.quietAmong(ScaleRun.FEW, minutes);
      run.apply();
      run.settle();
      run.quietAmong(endpoints, minutes);
      run.scrapes();
      run.wakesAmong(endpoints, tries);
      run.ratio();
      run.autoscaler();
      run.restartOperator();
      run.restartActivator();
    }
    System.out.println(figures.text());
    Path json = Path.of(environment.getOrDefault("BENCH_JSON", "scale.json"));
    Files.writeString(json, figures.json());
    System.out.println("figures: " + json);
    System.exit(0); // clients of the API leave threads behind
  }

  private static int number(Map<String, String> environment, String name, int otherwise) {
    String value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      return otherwise;
    }
    if (!value.matches("[1-9][0-9]{0,4}")) {
      System.err.println(name + "=" + value + ": write a number from 1 to 99999");
      System.exit(2);
    }
    return Integer.parseInt(value);
  }
}
