package dev.reveille.activator.metricsapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A label selector of Kubernetes by equality and existence; the empty one matches everything. */
record Selector(List<Term> terms) {
  private static final Pattern TERM =
      Pattern.compile(
          "(?<absent>!)?(?<label>[A-Za-z0-9./_-]+)(?:(?<operator>==|=|!=)(?<value>[A-Za-z0-9._-]*))?");

  Selector {
    terms = List.copyOf(terms);
  }

  /** What one label must be. */
  sealed interface Term {
    record Is(String label, String value) implements Term {}

    /** Absent will do. */
    record IsNot(String label, String value) implements Term {}

    record Exists(String label) implements Term {}

    record Lacks(String label) implements Term {}

    default boolean matches(Map<String, String> labels) {
      return switch (this) {
        case Is(String label, String value) -> value.equals(labels.get(label));
        case IsNot(String label, String value) -> !value.equals(labels.get(label));
        case Exists(String label) -> labels.containsKey(label);
        case Lacks(String label) -> !labels.containsKey(label);
      };
    }
  }

  /** Empty for what is no such selector: {@code in} and {@code notin} are none. */
  static Optional<Selector> parse(String text) {
    List<Term> terms = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : text.split(",", -1)) {
        Matcher term = TERM.matcher(part.replace(" ", ""));
        if (!term.matches() || (term.group("absent") != null && term.group("operator") != null)) {
          return Optional.empty();
        }
        terms.add(term(term));
      }
    }
    return Optional.of(new Selector(terms));
  }

  private static Term term(Matcher term) {
    String label = term.group("label");
    String operator = term.group("operator");
    if (operator == null) {
      return term.group("absent") == null ? new Term.Exists(label) : new Term.Lacks(label);
    }
    String value = term.group("value");
    return operator.equals("!=") ? new Term.IsNot(label, value) : new Term.Is(label, value);
  }

  boolean matches(Map<String, String> labels) {
    return terms.stream().allMatch(term -> term.matches(labels));
  }
}
