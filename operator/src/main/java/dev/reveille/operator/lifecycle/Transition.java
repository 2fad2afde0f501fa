package dev.reveille.operator.lifecycle;

import java.time.Duration;

/** What to do about an endpoint's scale; decided without I/O. */
public sealed interface Transition {
  /** Nothing. */
  record Stay() implements Transition {}

  /** Nothing yet; it may be due to sleep after {@code delay}. */
  record LookAgain(Duration delay) implements Transition {}

  /** Idle for long enough: put it to sleep, behind a fence. */
  record Sleep() implements Transition {}

  /** Fewer replicas than the floor or than a canary left, or the wake annotation asks; more stay. */
  record Raise(int replicas) implements Transition {}
}
