package dev.reveille.operator.activators;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.operator.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Speaks to every activator at once; each answer has a time limit. */
public final class Activators {
  /** From sending a request to having the whole answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final long MOST_BYTES = 64 << 20;
  private static final int OK = 200;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final Supplier<List<String>> addresses;
  private final Supplier<String> key;

  /**
   * @param addresses host:port of the internal listener of every activator that lives, those that
   *     are shutting down included
   * @param key the operator's component key
   */
  public Activators(Supplier<List<String>> addresses, Supplier<String> key) {
    this.addresses = addresses;
    this.key = key;
  }

  /** What a fence found. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Fenced(
      @JsonProperty(required = true) int inFlight, @JsonProperty(required = true) int queued) {}

  /** What one activator that lives answered to a question for its load; empty: nothing. */
  public record Answer(String address, Optional<LoadReport> report) {}

  /**
   * Asks all for their load.
   *
   * @param version of an address: what is known of it already
   */
  List<Answer> loads(UnaryOperator<String> version) {
    List<String> asked = addresses.get();
    var sent =
        asked.stream()
            .map(address -> send(address, loadPath(version.apply(address)), "GET", ""))
            .toList();
    return IntStream.range(0, asked.size())
        .mapToObj(i -> new Answer(asked.get(i), read(sent.get(i), LoadReport.class)))
        .toList();
  }

  private static String loadPath(String version) {
    return version.isEmpty()
        ? Wire.LOAD_PATH
        : Wire.LOAD_PATH + "?since=" + URLEncoder.encode(version, UTF_8);
  }

  /**
   * Fences the endpoint at every activator; empty when one did not answer, or none lives.
   *
   * @param id the fence's own, never used before
   */
  public Optional<List<Fenced>> fence(String uid, String id, Duration length) {
    List<String> asked = addresses.get();
    List<Fenced> answers =
        asked.stream()
            .map(
                address ->
                    send(
                        address,
                        Wire.FENCES_PATH + uid,
                        "PUT",
                        "{\"id\":\"%s\",\"seconds\":%d}".formatted(id, length.toSeconds())))
            .toList()
            .stream()
            .map(answer -> read(answer, Fenced.class))
            .flatMap(Optional::stream)
            .toList();
    return asked.isEmpty() || answers.size() < asked.size()
        ? Optional.empty()
        : Optional.of(answers);
  }

  /** Lifts the fence everywhere; one that does not hear of it lifts it by itself in time. */
  public void unfence(String uid, String id, Outcome outcome) {
    String query = "?fence=" + id + (outcome == Outcome.SLEPT ? "&slept=true" : "");
    addresses.get().stream()
        .map(address -> send(address, Wire.FENCES_PATH + uid + query, "DELETE", ""))
        .toList()
        .forEach(Activators::await);
  }

  /** How a fence ended. */
  public enum Outcome {
    /** The endpoint was put to sleep: its backends are gone. */
    SLEPT,
    /** It stays up. */
    STAYED
  }

  private CompletableFuture<HttpResponse<byte[]>> send(
      String address, String path, String method, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .header("Authorization", "Bearer " + key.get())
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    // A timeout of the request itself would not cover the body.
    answer
        .copy()
        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (response, failed) -> {
              if (failed != null) {
                answer.cancel(true);
              }
            });
    return answer;
  }

  private <T> Optional<T> read(CompletableFuture<HttpResponse<byte[]>> answer, Class<T> type) {
    return await(answer)
        .filter(response -> response.statusCode() == OK)
        .flatMap(response -> parse(response.body(), type));
  }

  private <T> Optional<T> parse(byte[] body, Class<T> type) {
    try {
      return Optional.of(json.readValue(body, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  /** The answer, or nothing: a failure here is an activator that did not answer. */
  private static Optional<HttpResponse<byte[]>> await(
      CompletableFuture<HttpResponse<byte[]>> answer) {
    return answer.handle((response, failed) -> Optional.ofNullable(response)).join();
  }
}
