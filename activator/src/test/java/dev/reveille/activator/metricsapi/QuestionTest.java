package dev.reveille.activator.metricsapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked, and which endpoints a label selector chooses. */
class QuestionTest {
  private static final String API = "/apis/external.metrics.k8s.io/v1beta1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | '' | Discovery",
        "GET | / | Discovery",
        "GET | /namespaces/demo/reveille-concurrency | CONCURRENCY of demo",
        "GET | /namespaces/demo/reveille-requests-per-second | REQUESTS_PER_SECOND of demo",
        "GET | /namespaces/demo/cpu | 404 NotFound",
        "GET | /namespaces/demo | 404 NotFound",
        "GET | /namespaces/../reveille-concurrency | 404 NotFound",
        "GET | /elsewhere | 404 NotFound",
        "POST | /namespaces/demo/reveille-concurrency | 405 MethodNotAllowed",
      })
  void aPathIsAQuestionOrARefusal(String method, String rest, String wanted) {
    assertEquals(wanted, text(Question.of(method, API + rest, "")));
  }

  private static String text(Question question) {
    return switch (question) {
      case Question.Discovery() -> "Discovery";
      case Question.Values values -> values.metric() + " of " + values.namespace();
      case Question.Unanswerable refused -> refused.code() + " " + refused.reason();
    };
  }

  @Test
  void aSelectorThatIsNoneIsToldWhatToWrite() {
    Question question =
        Question.of("GET", API + "/namespaces/demo/reveille-concurrency", "a in (b,c)");
    assertTrue(
        question instanceof Question.Unanswerable refused
            && refused.code() == 400
            && refused.message().contains("reveille.dev/endpoint=NAME"),
        question::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | true",
        "reveille.dev/endpoint-uid=u1.canary | true",
        "reveille.dev/endpoint-uid==u1.canary | true",
        "reveille.dev/endpoint-uid=u1 | false",
        "reveille.dev/endpoint-uid!=u1 | true",
        "reveille.dev/endpoint-uid!=u1.canary | false",
        "other!=x | true",
        "other= | false",
        "reveille.dev/endpoint | true",
        "!reveille.dev/endpoint | false",
        "!other | true",
        "reveille.dev/endpoint=minilm,reveille.dev/endpoint-uid=u1.canary | true",
        "reveille.dev/endpoint=minilm, reveille.dev/endpoint-uid=u2 | false",
      })
  void endpointsAreChosenByEquality(String selector, boolean chosen) {
    Map<String, String> labels =
        Map.of("reveille.dev/endpoint", "minilm", "reveille.dev/endpoint-uid", "u1.canary");
    assertEquals(Optional.of(chosen), Selector.parse(selector).map(each -> each.matches(labels)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a in (b)", "a,", "!a=b", "a=b=c", "a>1", "=b"})
  void whatIsNoEqualityIsNoSelector(String text) {
    assertEquals(Optional.empty(), Selector.parse(text));
  }
}
