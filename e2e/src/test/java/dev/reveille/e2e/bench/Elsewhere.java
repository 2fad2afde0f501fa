package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another system that scales to zero, timed by the same client.
 *
 * @param url what is asked
 * @param host the Host header
 * @param body the file that is posted, JSON
 * @param sleep a command that scales it to zero and returns when it is there
 */
record Elsewhere(URI url, String host, Path body, String sleep) {
  Spread measure(int tries) {
    byte[] request = request();
    once(request); // not counted: this program's own classes
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < tries; i++) {
      millis.add(once(request));
    }
    return new Spread(millis);
  }

  private byte[] request() {
    try {
      String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
      String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
      return Wire.post(host, path + query, Files.readAllBytes(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double once(byte[] request) {
    putToSleep();
    Machine.awaitQuiet();
    try (Wire wire = Wire.to(url)) {
      return wire.ask(request).expectOk().millis();
    }
  }

  private void putToSleep() {
    try {
      int code = new ProcessBuilder("bash", "-c", sleep).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("BENCH_SLEEP ended with " + code + ": " + sleep);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
