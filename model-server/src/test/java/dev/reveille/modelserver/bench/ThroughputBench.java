package dev.reveille.modelserver.bench;

import dev.reveille.modelserver.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests a second, and the server's own CPU time a request, which a busy machine disturbs less:
 * {@code minilm|tiny MODEL ROUNDS SECONDS COMMAND… [-- COMMAND…]}, the commands in turn in each
 * round. Prints medians, and each command's ratio to the first.
 */
public final class ThroughputBench {
  private static final int CONNECTIONS = 2;
  private static final int TOKENS = 16;
  private static final double TICK_MILLIS = 10;

  private ThroughputBench() {}

  /** One server's figures in one round. */
  private record Round(
      double readyMillis, double perSecond, double cpuMillis, double idleMb, double busyMb) {}

  public static void main(String[] args) throws Exception {
    String body = args[0].equals("minilm") ? minilm() : tiny();
    int rounds = Integer.parseInt(args[2]);
    long seconds = Long.parseLong(args[3]);
    Map<List<String>, List<Round>> figures = new LinkedHashMap<>();
    for (List<String> command : commands(List.of(args).subList(4, args.length))) {
      figures.put(command, new ArrayList<>());
    }
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<List<String>, List<Round>> entry : figures.entrySet()) {
        entry.getValue().add(measure(entry.getKey(), args[1], body, seconds));
      }
    }
    double modelMb = Files.size(Path.of(args[1])) / 1048576.0;
    List<Round> base = figures.values().iterator().next();
    figures.forEach(
        (command, found) -> System.out.println(line(args[0], command, found, base, modelMb)));
  }

  private static List<List<String>> commands(List<String> args) {
    List<List<String>> commands = new ArrayList<>();
    commands.add(new ArrayList<>());
    for (String arg : args) {
      if (arg.equals("--")) {
        commands.add(new ArrayList<>());
      } else {
        commands.getLast().add(arg);
      }
    }
    return commands;
  }

  private static String line(
      String model, List<String> command, List<Round> found, List<Round> base, double modelMb) {
    double perSecond = median(found.stream().mapToDouble(Round::perSecond).toArray());
    double cpu = median(found.stream().mapToDouble(Round::cpuMillis).toArray());
    double baseSecond = median(base.stream().mapToDouble(Round::perSecond).toArray());
    double baseCpu = median(base.stream().mapToDouble(Round::cpuMillis).toArray());
    return "%-7s %-28s %8.0f req/s (x%.2f)  %.3f ms CPU (x%.2f)  ready %4.0f ms  RSS idle %.0f, beyond the model %.0f, after load %.0f MB"
        .formatted(
            model,
            Path.of(command.getLast()).getFileName(),
            perSecond,
            perSecond / baseSecond,
            cpu,
            cpu / baseCpu,
            median(found.stream().mapToDouble(Round::readyMillis).toArray()),
            median(found.stream().mapToDouble(Round::idleMb).toArray()),
            median(found.stream().mapToDouble(Round::idleMb).toArray()) - modelMb,
            median(found.stream().mapToDouble(Round::busyMb).toArray()));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Round measure(List<String> command, String model, String body, long seconds)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(Wire.MODEL_PATH_ENV, model);
    builder.environment().put(Wire.PORT_ENV, "0");
    Process server = builder.start();
    BufferedReader log = server.inputReader(StandardCharsets.UTF_8);
    try {
      int port = 0;
      double ready = 0;
      while (port == 0 || ready == 0) {
        String line = log.readLine();
        port = line.contains("\"listening\"") ? (int) number(line, "port") : port;
        ready = line.contains("\"started\"") ? number(line, "warm_ms") : ready;
      }
      Thread.ofPlatform().daemon().start(() -> drain(log));
      double idle = resident(server);
      drive(port, body, seconds);
      long ticks = ticks(server);
      double perSecond = drive(port, body, seconds);
      double cpu = (ticks(server) - ticks) * TICK_MILLIS / (perSecond * seconds);
      return new Round(ready, perSecond, cpu, idle, resident(server));
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  /** Reads on, so that the server never waits for its log to be read. */
  private static void drain(BufferedReader log) {
    try {
      log.transferTo(Writer.nullWriter());
    } catch (IOException ended) {
      // with its process
    }
  }

  /** Requests a second over so many seconds. */
  private static double drive(int port, String body, long seconds) throws Exception {
    AtomicLong answered = new AtomicLong();
    long began = System.nanoTime();
    long end = began + seconds * 1_000_000_000L;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Client client = new Client(port, "/v2/models/model/infer", body)) {
                      while (System.nanoTime() < end) {
                        client.post();
                        answered.incrementAndGet();
                      }
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return answered.get() * 1e9 / (System.nanoTime() - began);
  }

  /** CPU time of the process, all threads, in clock ticks: fields 14 and 15 of /proc/PID/stat. */
  private static long ticks(Process process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
  }

  private static double resident(Process process) throws IOException {
    String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
    Matcher matcher = Pattern.compile("VmRSS:\\s+(\\d+)").matcher(status);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) / 1024 : -1;
  }

  private static double number(String line, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":([0-9.]+)").matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in " + line);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static String minilm() {
    return "{\"inputs\":["
        + input("input_ids", 2000)
        + ","
        + input("attention_mask", 1)
        + ","
        + input("token_type_ids", 0)
        + "]}";
  }

  private static String input(String name, int value) {
    return "{\"name\":\"%s\",\"shape\":[1,%d],\"datatype\":\"INT64\",\"data\":[%s%d]}"
        .formatted(name, TOKENS, (value + ",").repeat(TOKENS - 1), value);
  }

  private static String tiny() {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[1.5,2,3,4]}]}";
  }
}
