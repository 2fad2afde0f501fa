package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Command;
import java.net.URI;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who is measured by the benchmark of proxies.
 *
 * @param used what it has used since it started
 */
record Contender(String name, URI url, Supplier<Used> used) {

  /**
   * CPU time and allocations.
   *
   * @param allocatedBytes 0 for who does not tell
   */
  record Used(double cpuMillis, double allocatedBytes) {
    static final Used NOTHING_KNOWN = new Used(0, 0);
  }

  /** One run of the load generator against it, and what it used for a request. */
  record Measured(Wrk.Load load, double cpuMicros, double allocatedBytes) {}

  static Contender direct(URI url) {
    return new Contender("direct", url, () -> Used.NOTHING_KNOWN);
  }

  static Contender of(Rival rival) {
    return new Contender(
        rival.name(), rival.url(), () -> new Used(Machine.processMillis(rival.processes()), 0));
  }

  /**
   * @param metrics where this one tells its own figures
   */
  static Contender activator(URI url, URI metrics) {
    return new Contender("activator", url, () -> told(metrics));
  }

  private static Used told(URI metrics) {
    String text = Command.run("curl", "-sf", metrics.toString());
    return new Used(
        figure(text, "process_cpu_time_ns_total") / 1e6,
        figure(text, "reveille_allocated_bytes_total"));
  }

  private static double figure(String metrics, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)$").matcher(metrics);
    if (!line.find()) {
      throw new IllegalStateException("no metric " + name);
    }
    return Double.parseDouble(line.group(1));
  }

  Measured measure(Wrk wrk, String host, int connections, int seconds) {
    Used before = used.get();
    Wrk.Load load = wrk.run(url.resolve("/ok"), host, connections, seconds);
    Used after = used.get();
    return new Measured(
        load,
        (after.cpuMillis() - before.cpuMillis()) * 1000 / load.requests(),
        (after.allocatedBytes() - before.allocatedBytes()) / load.requests());
  }
}
