package dev.reveille.modelserver.bench;

import dev.reveille.modelserver.Wire;
import dev.reveille.modelserver.fetch.PlainHttp;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From a claim to the hello it leads to, with a fresh process each time: {@code MODEL COUNT
 * COMMAND…}. Prints medians of the whole and of the pod's own phases, in milliseconds.
 */
public final class ClaimBench {
  private static final List<String> PHASES =
      List.of("claimed", "fetched", "session", "warm", "sent");

  private ClaimBench() {}

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    List<String> command = List.of(args).subList(2, args.length);
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    try (Depot depot = new Depot(Path.of(args[0]))) {
      for (int i = 0; i < count; i++) {
        measure(depot, command, figures);
      }
    }
    figures.forEach((name, values) -> System.out.println(line(name, values)));
  }

  private static String line(String name, List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return "%-18s p50 %7.1f  p90 %7.1f  best %7.1f  n %d"
        .formatted(
            name,
            sorted[sorted.length / 2],
            sorted[sorted.length * 9 / 10],
            Arrays.stream(sorted).min().orElse(0),
            sorted.length);
  }

  private static void measure(Depot depot, List<String> command, Map<String, List<Double>> figures)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(env(depot));
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long began = System.nanoTime();
    Process pod = builder.start();
    try {
      Depot.Posted free = depot.posted.take();
      note(figures, "start to free", (free.at() - began) / 1e6);
      note(figures, "free RSS MB", resident(pod, "VmRSS"));
      // A second hello: whatever was still being compiled then is now.
      depot.posted.take();
      long asked = System.nanoTime();
      claim(depot, free.body());
      note(figures, "  claim answered", (System.nanoTime() - asked) / 1e6);
      Depot.Posted hello = depot.posted.take();
      note(figures, "claim to hello", (hello.at() - asked) / 1e6);
      if (!hello.body().contains("\"state\":\"ready\"")) {
        throw new IOException("not ready: " + hello);
      }
      double last = number(hello.body(), PHASES.getFirst());
      for (String phase : PHASES.subList(1, PHASES.size())) {
        double at = number(hello.body(), phase);
        note(figures, "  " + phase, at - last);
        last = at;
      }
      note(figures, "serving RSS MB", resident(pod, "VmRSS"));
      note(figures, "peak RSS MB", resident(pod, "VmHWM"));
    } finally {
      pod.destroyForcibly().waitFor();
      depot.posted.clear();
    }
  }

  private static Map<String, String> env(Depot depot) throws IOException {
    return Map.of(
        Wire.POOL_UID_ENV, "p",
        Wire.POOL_NAMESPACE_ENV, "n",
        Wire.POOL_NAME_ENV, "p",
        Wire.KEY_ENV, "k",
        Wire.PORT_ENV, "0",
        Wire.HELLO_URL_ENV, depot.url("/pools"));
  }

  private static void claim(Depot depot, String free) throws IOException {
    String claim =
        """
        {"uid":"u","revision":"r","modelId":"m","key":"k","modelUrl":"%s","helloUrl":"%s","digest":"%s",
         "modelName":"minilm","modelVersion":"1","threads":0,"maxBodyBytes":8388608}"""
            .formatted(
                depot.url("/model"), depot.url("/hello"), System.getProperty("bench.digest", ""));
    URI url = URI.create("http://127.0.0.1:" + (int) number(free, "port") + Wire.CLAIM_PATH);
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "Bearer " + text(free, "claimKey"),
            Wire.INSTANCE,
            text(free, "instance"));
    try (PlainHttp answer = PlainHttp.send(url, headers, claim.getBytes(StandardCharsets.UTF_8))) {
      if (answer.status() != 200) {
        throw new IOException("the claim was answered " + answer.status() + answer.text(1000));
      }
    }
  }

  private static double resident(Process pod, String name) throws IOException {
    String status = Files.readString(Path.of("/proc/" + pod.pid() + "/status"));
    Matcher matcher = Pattern.compile(name + ":\\s+(\\d+)").matcher(status);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) / 1024 : -1;
  }

  private static void note(Map<String, List<Double>> figures, String name, double value) {
    figures.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
  }

  private static double number(String json, String name) {
    return Double.parseDouble(text(json, name));
  }

  private static String text(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(json);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return matcher.group(1);
  }
}
