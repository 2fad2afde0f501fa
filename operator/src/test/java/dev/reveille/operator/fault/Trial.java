package dev.reveille.operator.fault;

import java.util.Locale;
import java.util.Optional;

/**
 * A path with one fault on it.
 *
 * @param at the number of the write that it strikes, from 1 on
 * @param expected the end without faults; empty: this is the run that shows it
 */
record Trial(Path path, Fault fault, int at, Optional<String> expected) {
  static Trial undisturbed(Path path) {
    return new Trial(path, Fault.NONE, 0, Optional.empty());
  }

  String namespace() {
    return (path + "-" + at + "-" + fault).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return fault + " at write " + at + " of " + path;
  }
}
