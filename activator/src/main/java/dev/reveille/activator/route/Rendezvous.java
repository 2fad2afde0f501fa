package dev.reveille.activator.route;

/**
 * An order that everybody finds alone and all have in common (rendezvous hashing, Thaler and
 * Ravishankar 1996): who comes or goes moves nobody else.
 */
public final class Rendezvous {
  private Rendezvous() {}

  /** Where {@code candidate} stands in the order of {@code key}: the least is first. */
  public static long rank(String key, String candidate) {
    long mixed = key.hashCode() * 0x9E3779B97F4A7C15L ^ candidate.hashCode();
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L; // the finalizer of SplitMix64
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
