package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A model server in a process of its own, and what it writes. */
final class Child implements AutoCloseable {
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(40);

  private final Process process;
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  Child(Map<String, String> env, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Main.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(env);
    process = builder.start();
    Thread.ofPlatform().daemon().start(this::read);
  }

  private void read() {
    try (BufferedReader log = process.inputReader(UTF_8)) {
      log.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("the log ended: " + e);
    }
  }

  /** The first line with {@code part}; waits for it, in whatever order lines come. */
  String line(String part) {
    long deadline = System.nanoTime() + MOST_NANOS;
    while (System.nanoTime() < deadline) {
      for (String line : lines) {
        if (line.contains(part)) {
          return line;
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("no line with '" + part + "' in:\n" + String.join("\n", lines));
  }

  /** Sends SIGTERM; by the handle, because {@code Process.destroy} closes the log too. */
  void terminate() {
    process.toHandle().destroy();
  }

  int exit() throws InterruptedException {
    if (!process.waitFor(MOST_NANOS, TimeUnit.NANOSECONDS)) {
      throw new AssertionError("it does not end:\n" + String.join("\n", lines));
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
