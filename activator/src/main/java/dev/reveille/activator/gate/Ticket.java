package dev.reveille.activator.gate;

/**
 * A request at the gate. The gate calls from any thread, outside its lock, at most one of the two.
 */
public interface Ticket {
  /** Bytes of its body that may be held while it waits. */
  long bytes();

  /** When it came, on the monotonic clock. */
  long queuedAt();

  void forward(Lease lease);

  void refuse(Refusal why);
}
