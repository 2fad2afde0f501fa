package dev.reveille.activator.gate;

/** Somebody who does nothing of what is decided of him; each is himself, not a record. */
public final class Caller implements Ticket {
  private final long queuedAt;
  private final long bytes;

  public Caller(long queuedAt, long bytes) {
    this.queuedAt = queuedAt;
    this.bytes = bytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long queuedAt() {
    return queuedAt;
  }

  @Override
  public void forward(Lease lease) {}

  @Override
  public void refuse(Refusal why) {}
}
