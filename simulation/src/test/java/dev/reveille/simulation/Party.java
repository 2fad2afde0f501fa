package dev.reveille.simulation;

/** Whoever can crash, stand still and have a clock of its own: a process, or the world itself. */
class Party {
  final String name;

  /** Goes up with each crash: what an earlier life planned is not done. */
  int life;

  boolean alive = true;
  long frozenUntil;

  /** Where its monotonic clock began: anywhere, near an overflow too. */
  long clockOrigin;

  Party(String name) {
    this.name = name;
  }

  void die() {
    alive = false;
    life++;
  }

  @Override
  public String toString() {
    return name;
  }
}
