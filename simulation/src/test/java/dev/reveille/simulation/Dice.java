package dev.reveille.simulation;

/** All chance of one run, from its seed (SplitMix64, Steele et al. 2014). */
final class Dice {
  private long state;

  Dice(long seed) {
    state = seed * 0xD1342543DE82EF95L + 0x2545F4914F6CDD1DL;
  }

  private long next() {
    long z = state += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** 0 to below {@code bound}. */
  long below(long bound) {
    return bound <= 1 ? 0 : (next() >>> 1) % bound;
  }

  int below(int bound) {
    return (int) below((long) bound);
  }

  long between(long least, long most) {
    return least + below(most - least + 1);
  }

  boolean chance(double probability) {
    return (next() >>> 11) * 0x1.0p-53 < probability;
  }

  /** Seldom much longer than {@code usual}, sometimes ten times as long. */
  long around(long usual) {
    long most = chance(0.05) ? 10 * usual : 2 * usual;
    return 1 + below(most);
  }
}
