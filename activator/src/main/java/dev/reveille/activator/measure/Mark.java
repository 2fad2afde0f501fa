package dev.reveille.activator.measure;

/** The moments of a cold start, in order; each closes the phase that is named after it. */
public enum Mark {
  QUEUED("queued"),
  CLAIMED("claim"),
  SCALED("scale"),
  CREATED("create"),
  SCHEDULED("schedule"),
  ADDRESS("address"),
  PROCESS("container"),
  MAIN("jvm"),
  HTTP("http"),
  SOURCE("source"),
  FETCHED("fetch"),
  SESSION("session"),
  WARM("warmup"),
  HELLO("hello"),
  ANSWERED("readiness"),
  FORWARDED("forward"),
  FIRST_BYTE("response");

  private final String phase;

  Mark(String phase) {
    this.phase = phase;
  }

  /** What lies between the mark before and this one. */
  public String phase() {
    return phase;
  }
}
