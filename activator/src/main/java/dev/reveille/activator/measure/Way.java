package dev.reveille.activator.measure;

/** The way a wake took to its first backend. */
public enum Way {
  /** A replica of the endpoint's own, which reports its start. */
  POD("pod"),
  /** A pod of a warm pool, claimed. */
  POOL("pool"),
  /** A replica that does not report its start: a server that is not ours. */
  SILENT("pod");

  private final String label;

  Way(String label) {
    this.label = label;
  }

  /** What its first backend came with: a hello, or the answer of its readiness path. */
  Mark arrival() {
    return this == SILENT ? Mark.ANSWERED : Mark.HELLO;
  }

  /** As metrics and status have it. */
  public String label() {
    return label;
  }

  /** Whether the mark is to be expected; without it the time up to the next is unexplained. */
  boolean expects(Mark mark) {
    return switch (mark) {
      case QUEUED, SOURCE, FORWARDED, FIRST_BYTE -> false;
      case CLAIMED -> this == POOL;
      case SCALED, CREATED, SCHEDULED -> this != POOL;
      case PROCESS, MAIN, HTTP -> this == POD;
      case FETCHED, SESSION, WARM, HELLO -> this != SILENT;
      case ADDRESS, ANSWERED -> this == SILENT;
    };
  }
}
