package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Command;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk: a number of connections, each with one request at a time. */
record Wrk(Path program, Path script) {
  /** What e2e/bench-proxy.lua prints. */
  private static final Pattern SUMMARY =
      Pattern.compile(
          "requests=(\\d+) micros=(\\d+) errors=(\\d+) p50=(\\d+) p99=(\\d+) max=(\\d+)");

  /**
   * One run of it.
   *
   * @param errors connections that broke, timeouts and answers other than 2xx
   * @param p50 of a request, in milliseconds
   */
  record Load(long requests, double seconds, long errors, double p50, double p99, double max) {
    double perSecond() {
      return requests / seconds;
    }
  }

  /** From its output; anything that is no summary means that it did not run. */
  static Load parse(String output) {
    Matcher summary = SUMMARY.matcher(output);
    if (!summary.find()) {
      throw new IllegalStateException("wrk said:\n" + output);
    }
    return new Load(
        Long.parseLong(summary.group(1)),
        Long.parseLong(summary.group(2)) / 1e6,
        Long.parseLong(summary.group(3)),
        Long.parseLong(summary.group(4)) / 1e3,
        Long.parseLong(summary.group(5)) / 1e3,
        Long.parseLong(summary.group(6)) / 1e3);
  }

  /** Runs it; {@code host} is what the requests say. */
  Load run(URI target, String host, int connections, int seconds) {
    return parse(
        Command.run(
            program.toString(),
            "-t1",
            "-c" + connections,
            "-d" + seconds + "s",
            "-H",
            "Host: " + host,
            "-s",
            script.toString(),
            target.toString()));
  }
}
