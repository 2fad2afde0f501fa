package dev.reveille.modelserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGTERM: what runs is finished, what is new is refused, the process ends well. */
@Timeout(60)
class DrainTest {
  private static final String BODY = "{\"data\":[1]}";
  private static final String HEAD =
      "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n";

  private static Socket half(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write((HEAD + BODY.substring(0, 4)).getBytes(UTF_8));
    return socket;
  }

  /** Sends the second half, and reads until the answer's last field or the end. */
  private static String otherHalf(Socket socket) throws IOException {
    socket.getOutputStream().write(BODY.substring(4).getBytes(UTF_8));
    StringBuilder answer = new StringBuilder();
    for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
      answer.append((char) c);
      if (answer.indexOf("timestamp\":\"") > 0 && c == '}') {
        break;
      }
    }
    return answer.toString();
  }

  @Test
  void aRequestThatHasBegunIsFinishedAndNewOnesAreRefused() throws Exception {
    try (Running running = Running.serving("add-one");
        Socket begun = half(running.server.port())) {
      running.awaitInFlight(1);
      Thread drain = Thread.ofPlatform().start(running::drain);
      var refused = running.post("/predict", BODY);
      while (refused.statusCode() == 200) {
        refused = running.post("/predict", BODY);
      }
      assertEquals(503, refused.statusCode());
      assertEquals("true", refused.headers().firstValue(Wire.UNEXECUTED).orElseThrow());
      assertEquals("close", refused.headers().firstValue("Connection").orElseThrow());
      assertTrue(refused.body().contains("shutting down"), refused.body());
      assertEquals(503, running.get(Wire.READY_PATH).statusCode());
      assertEquals(200, running.get("/v2/health/live").statusCode());
      assertTrue(running.get(Wire.REPORT_PATH).body().contains("\"state\":\"starting\""));

      String answer = otherHalf(begun);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.contains("\"predictions\":[2.0]"), answer);
      drain.join();
    }
  }

  @Test
  void aClientThatLeavesDoesNotHoldUpADrain() throws Exception {
    try (Running running = Running.serving("add-one")) {
      Socket socket = half(running.server.port());
      running.awaitInFlight(1);
      socket.close();
      running.awaitInFlight(0);
      running.drain();
    }
  }

  @Test
  void aProcessThatIsToldToStopFinishesAndEndsWithZero() throws Exception {
    Map<String, String> env =
        Map.of(Wire.MODEL_PATH_ENV, Running.file("add-one").toString(), Wire.PORT_ENV, "0");
    try (Child child = new Child(env)) {
      Matcher listening = Pattern.compile("\"port\":(\\d+)").matcher(child.line("\"listening\""));
      assertTrue(listening.find());
      int port = Integer.parseInt(listening.group(1));
      awaitMetric(port, "reveille_model_ready 1\n");
      try (Socket begun = half(port)) {
        awaitMetric(port, "reveille_model_in_flight 1\n");
        child.terminate();
        child.line("\"draining\"");
        String answer = otherHalf(begun);
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      }
      child.line("\"drained\"");
      assertEquals(0, child.exit());
    }
  }

  private static void awaitMetric(int port, String line) throws IOException {
    String metrics = "";
    while (!metrics.contains(line)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
        metrics = new String(socket.getInputStream().readAllBytes(), UTF_8);
      }
    }
  }

  @Test
  void aBadConfigurationStopsTheStartAndNamesEveryProblem() throws Exception {
    Map<String, String> env =
        Map.of(Wire.PORT_ENV, "x", Wire.MODEL_URL_ENV, "https://h/", Wire.THREADS_ENV, "0");
    try (Child child = new Child(env)) {
      String line = child.line("bad configuration");
      env.keySet().forEach(name -> assertTrue(line.contains(name), line));
      assertEquals(2, child.exit());
    }
  }

  @Test
  void trainingServesOneOfEachAndEndsWithZero() throws Exception {
    Map<String, String> env = Map.of(Wire.MODEL_PATH_ENV, Running.file("add-one").toString());
    try (Child child = new Child(env, "-Dreveille.training=true")) {
      child.line("\"path\":\"infer\",\"status\":200");
      child.line("\"path\":\"predict\",\"status\":200");
      assertEquals(0, child.exit());
    }
  }
}
