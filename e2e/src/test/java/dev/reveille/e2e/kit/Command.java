package dev.reveille.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Runs a program as a user would, on the named cluster. */
public final class Command {
  private Command() {}

  /** How it ended, and all that it said. */
  public record Result(int code, String output) {}

  /** Its output; fails with it when the program fails. */
  public static String run(String... command) {
    Result result = attempt(command);
    if (result.code() != 0) {
      throw new AssertionError(List.of(command) + " ended with " + result);
    }
    return result.output();
  }

  /** For a program that may fail. */
  public static Result attempt(String... command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("KUBECONFIG", Cluster.named().kubeconfig());
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
