package dev.reveille.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whole numbers that the environment may set; every problem is named. */
final class Numbers {
  private final Map<String, String> environment;
  private final List<String> problems = new ArrayList<>();

  Numbers(Map<String, String> environment) {
    this.environment = environment;
  }

  int of(String name, int otherwise, int least, int most) {
    String value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    problems.add(name + "=" + value + ": write a number from " + least + " to " + most);
    return otherwise;
  }

  /** Fails when one of them was none. */
  void check() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}
