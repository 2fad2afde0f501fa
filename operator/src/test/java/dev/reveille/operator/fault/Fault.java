package dev.reveille.operator.fault;

/** What goes wrong at one write of the operator. */
enum Fault {
  NONE,
  /** The operator is killed before the write reaches the server. */
  CRASH_BEFORE,
  /** The operator is killed before it hears that the write was taken. */
  CRASH_AFTER,
  /** The write is taken and answered with an error all the same. */
  TAKEN_BUT_409,
  TAKEN_BUT_429,
  TAKEN_BUT_500,
  TAKEN_BUT_503,
  /** The write is taken, and the answer comes when nobody waits for it any more. */
  TAKEN_BUT_LATE,
  /** The write is answered with an error, and not taken. */
  REFUSED_409,
  REFUSED_500,
  /** What the watches show lags behind, from before the write on. */
  STALE,
  /** What the watches show is told kind by kind, in another order than it came about. */
  SHUFFLED,
  /** What the watches show is told twice, from here on. */
  TWICE,
  /** What came about after the write is never told; then the watches expire. */
  LOST,
  /** The watches expire right after the write. */
  GONE;

  boolean isCrash() {
    return this == CRASH_BEFORE || this == CRASH_AFTER;
  }

  /** All that share the watches feel it. */
  boolean isShared() {
    return this == LOST || this == GONE;
  }
}
