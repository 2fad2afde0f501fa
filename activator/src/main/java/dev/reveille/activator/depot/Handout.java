package dev.reveille.activator.depot;

import java.nio.file.Path;

/** What a pod gets that asks for its model. */
public sealed interface Handout {
  /** The file. */
  record Model(Path file, String digest, long bytes) implements Handout {}

  /** Nothing now; it may ask again, here or elsewhere. */
  record NotNow(String reason, String message) implements Handout {}

  /** Nothing: asking again changes nothing. */
  record Never(String reason, String message) implements Handout {}
}
