package dev.reveille.activator.route;

import dev.reveille.crds.CanarySpec;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which version of an endpoint a request goes to: header fields choose the canary in any case; else
 * its share does, once it has proved itself, by the value of the sticky header or by chance.
 */
public final class Versions {
  private static final int HUNDRED = 100;

  private Versions() {}

  /** What the request goes to. */
  public enum Version {
    STABLE,
    /** Because it asks for it: it waits for the canary, and is told why that cannot serve. */
    CANARY_ASKED_FOR,
    /** Because it falls to its share: the stable version would do as well. */
    CANARY_BY_SHARE
  }

  /** A request's header field; null without one. */
  public interface Header {
    @Nullable String of(String name);
  }

  /**
   * @param uid the endpoint's: another endpoint has other callers in its share
   * @param proven whether the canary may have its share
   * @param dice 0 to 99, each as likely
   */
  public static Version choose(
      CanarySpec canary, String uid, boolean proven, Header header, IntSupplier dice) {
    if (isAskedFor(canary, header)) {
      return Version.CANARY_ASKED_FOR;
    }
    if (!proven || canary.percent() == 0) {
      return Version.STABLE;
    }
    String caller = canary.sticky() == null ? null : header.of(canary.sticky());
    int place = caller == null ? dice.getAsInt() : place(uid, caller);
    return place < canary.percent() ? Version.CANARY_BY_SHARE : Version.STABLE;
  }

  /** The request carries all header fields of the canary, if that names any. */
  public static boolean isAskedFor(CanarySpec canary, Header header) {
    return !canary.headers().isEmpty()
        && canary.headers().entrySet().stream()
            .allMatch(field -> field.getValue().equals(header.of(field.getKey())));
  }

  /**
   * 0 to 99, the same in every activator. String.hashCode is laid down, but neighbours are close:
   * the finalizer of MurmurHash3 spreads them.
   */
  private static int place(String uid, String caller) {
    int hash = (uid + '\n' + caller).hashCode();
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return Math.floorMod(hash ^ (hash >>> 16), HUNDRED);
  }
}
