package dev.reveille.activator.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.MultiMap;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Hop-by-hop and spoofed fields stop here. */
class HeadersTest {
  private static MultiMap of(String... pairs) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }

  private static Set<String> names(MultiMap headers) {
    return new TreeSet<>(headers.names());
  }

  @Test
  void aBackendSeesOnlyWhatIsMeantForIt() {
    MultiMap to = MultiMap.caseInsensitiveMultiMap();
    Headers.toBackend(
        of(
            "Accept",
            "a",
            "Authorization",
            "b",
            "Host",
            "c",
            "Connection",
            "close, X-Secret",
            "x-secret",
            "d",
            "Keep-Alive",
            "e",
            "TE",
            "f",
            "Transfer-Encoding",
            "chunked",
            "Content-Length",
            "3",
            "Upgrade",
            "h2c",
            "HTTP2-Settings",
            "AAMAAABkAAQAAP__",
            "Trailer",
            "Checksum",
            "X-Forwarded-For",
            "1.2.3.4",
            "X-Reveille-Instance",
            "spoofed",
            "Expect",
            "100-continue",
            "traceparent",
            "t"),
        to);
    assertEquals(Set.of("Accept", "Authorization", "Host", "traceparent"), names(to));
  }

  @Test
  void aClientDoesNotSeeOurConnection() {
    MultiMap to = MultiMap.caseInsensitiveMultiMap();
    Headers.toClient(
        of(
            "Content-Type",
            "a",
            "Content-Length",
            "3",
            "Connection",
            "keep-alive",
            "Keep-Alive",
            "x",
            "X-Reveille-Unexecuted",
            "true",
            "Set-Cookie",
            "a=b",
            "Set-Cookie",
            "c=d"),
        to);
    assertEquals(Set.of("Content-Type", "Content-Length", "Set-Cookie"), names(to));
    assertEquals(2, to.getAll("Set-Cookie").size());
  }

  @Test
  void trailersAreNoSecondHead() {
    MultiMap to = MultiMap.caseInsensitiveMultiMap();
    Headers.trailers(
        of(
            "grpc-status", "0",
            "Content-Length", "3",
            "Transfer-Encoding", "chunked",
            "Host", "other",
            "X-Reveille-Cold-Start", "1"),
        to);
    assertEquals(Set.of("grpc-status"), names(to));
  }
}
