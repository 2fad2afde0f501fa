package dev.reveille.activator.gate;

/** Whether backends may be chosen; a fence ends by itself. */
final class Fence {
  private boolean stands;
  private long until;

  void raise(long end) {
    stands = true;
    until = end;
  }

  void lift() {
    stands = false;
  }

  boolean stands(long now) {
    stands = stands && now - until < 0;
    return stands;
  }
}
