package dev.reveille.activator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.activator.RawHttp1.Outcome;
import dev.reveille.activator.Rfc9112.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/1.1 as an attacker sends it: the table of hostile-http1.txt, byte by byte. */
class HostileHttpTest {
  private static final String END =
      "GET /end HTTP/1.1\r\nHost: own.demo\r\nConnection: close\r\n\r\n";
  private static final String UPGRADE =
      "Connection: Upgrade, HTTP2-Settings\\r\\nUpgrade: h2c\\r\\nHTTP2-Settings: AAMAAABkAAQAAP__\\r\\n";
  private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-f]{2})");
  private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)\\*([^}]*)}");

  private static Running running;
  private static RecordingServer server;

  @BeforeAll
  static void start(@TempDir Path depot) throws Exception {
    running = new Running(depot);
    server = new RecordingServer();
    running.endpoint("own", OwnServer.at(server.port()));
    running.pod("p", "uid-own", "", "127.0.0.1");
    try (RawHttp1 raw = connect()) { // it is ready then
      raw.send(END);
      assertEquals(List.of(200), raw.read(2).statuses());
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    running.close();
  }

  @BeforeEach
  void forget() {
    server.requests.clear();
  }

  private static RawHttp1 connect() throws IOException {
    return new RawHttp1(running.activator.dataPort(), 10_000);
  }

  record Case(String line, List<Integer> statuses, boolean goesOn, String bytes, String forwarded) {
    static Case of(String line) {
      int space = line.indexOf(' ');
      String[] rest = line.substring(space + 1).split(" => ", -1);
      String statuses = line.substring(0, space - 1);
      return new Case(
          line,
          Arrays.stream(statuses.split(",", -1))
              .filter(each -> !each.isEmpty())
              .map(Integer::valueOf)
              .toList(),
          line.charAt(space - 1) == '+',
          read(rest[0]),
          rest.length > 1 ? read(rest[1]) : "");
    }

    @Override
    public String toString() {
      return line;
    }
  }

  private static String read(String written) {
    String text = written.replace("{H}", "Host: own.demo\\r\\n").replace("{U}", UPGRADE);
    text = HEX.matcher(text).replaceAll(hex -> octal(Integer.parseInt(hex.group(1), 16)));
    return REPEATED
        .matcher(text)
        .replaceAll(each -> repeated(each.group(2), Integer.parseInt(each.group(1))))
        .translateEscapes();
  }

  private static String octal(int each) {
    return Matcher.quoteReplacement("\\%03o".formatted(each));
  }

  private static String repeated(String text, int times) {
    return Matcher.quoteReplacement(text.repeat(times));
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream table = HostileHttpTest.class.getResourceAsStream("hostile-http1.txt")) {
      return new String(table.readAllBytes(), UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(Case::of)
              .toList()
              .stream();
    }
  }

  @Test
  void thereAreEnoughCases() throws IOException {
    assertTrue(cases().count() >= 120);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatComesOfIt(Case sent) throws Exception {
    try (RawHttp1 raw = connect()) {
      raw.send(sent.bytes() + END);
      expect(sent, raw.read(Integer.MAX_VALUE));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itComesToTheSameByteByByte(Case sent) throws Exception {
    if (sent.bytes().length() > 1000) {
      return;
    }
    try (RawHttp1 raw = connect()) {
      for (char each : (sent.bytes() + END).toCharArray()) {
        try {
          raw.send(String.valueOf(each));
        } catch (IOException refused) {
          break; // before all was sent
        }
      }
      expect(sent, raw.read(Integer.MAX_VALUE));
    }
  }

  private static void expect(Case sent, Outcome outcome) {
    List<Integer> expected =
        sent.goesOn()
            ? Stream.concat(sent.statuses().stream(), Stream.of(200)).toList()
            : sent.statuses();
    assertEquals(expected, outcome.statuses());
    assertTrue(outcome.ended());
    String got =
        String.join(
            "; ",
            server.requests.stream()
                .map(Message::toString)
                .filter(each -> !each.equals("GET /end"))
                .toList());
    assertEquals(sent.forwarded(), got);
    assertEquals(List.of(), server.malformed);
  }
}
