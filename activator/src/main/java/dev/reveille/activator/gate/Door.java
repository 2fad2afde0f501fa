package dev.reveille.activator.gate;

/** Where a request is let through to who can serve it: the gate, or the way to another's. */
public interface Door {
  /** Decides about a new request. */
  Admission admit(Ticket ticket, int retryAfterSeconds, long now);

  /**
   * Takes a request back that its backend did not begin, or may begin again; it does not lose its
   * place, neither to the bounds nor to those that came after it.
   */
  Admission readmit(Ticket ticket, Lease failed, long now);

  /** The request is over, one way or another. */
  void finish(Lease lease, long now);

  /** It left, or waited too long; true when it was still waiting. */
  boolean cancel(Ticket ticket, long now);
}
