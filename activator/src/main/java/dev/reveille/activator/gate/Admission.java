package dev.reveille.activator.gate;

/** What to do with one request; decided without I/O. */
public sealed interface Admission {
  /** Send it now. */
  record Forward(Lease lease) implements Admission {}

  /** It waits; the ticket will be forwarded or refused later. */
  record Wait() implements Admission {}

  /** It gets this answer. */
  record Refuse(Refusal why) implements Admission {}
}
