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

  /**
   * Up to the floor, as the wake annotation asks, or for a canary that went; more are left alone.
   */
  record Raise(int replicas) implements Transition {}
}
