package dev.reveille.activator.depot;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** A source URI, resolved once: what was checked is what is connected to. */
record Source(URI uri, InetAddress address) {

  /** A source that will not be fetched. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean brokenOff;

    Refused(String reason, String message) {
      this(reason, message, false);
    }

    private Refused(String reason, String message, boolean brokenOff) {
      super(message);
      this.reason = reason;
      this.brokenOff = brokenOff;
    }

    /** The source was there, and its connection broke. */
    static Refused brokenOff(String message) {
      return new Refused("SourceUnreachable", message, true);
    }

    static boolean isBrokenOff(Throwable cause) {
      return cause instanceof Refused refused && refused.brokenOff;
    }

    String reason() {
      return reason;
    }

    /** What any failure on the way into the depot is called. */
    static String reasonOf(Throwable cause) {
      if (cause instanceof Refused refused) {
        return refused.reason();
      }
      boolean full = String.valueOf(cause.getMessage()).contains("No space left");
      return full ? "DepotFull" : "DepotBroke";
    }
  }

  boolean tls() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  int port() {
    return uri.getPort() > 0 ? uri.getPort() : tls() ? 443 : 80;
  }

  String pathAndQuery() {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  /** Resolves and checks; blocking. */
  static Source of(String text, SourceGuard guard) throws Refused {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new Refused("SourceRefused", "not a URI: " + text);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new Refused("SourceRefused", "only http:// and https:// are fetched, not " + text);
    }
    try {
      InetAddress[] addresses = InetAddress.getAllByName(uri.getHost());
      for (InetAddress address : addresses) {
        if (guard.allows(address)) {
          return new Source(uri, address);
        }
      }
      throw new Refused(
          "SourceRefused",
          uri.getHost()
              + " has the address "
              + addresses[0].getHostAddress()
              + ", which is not public; an administrator may allow such sources"
              + " (depot.allowPrivateSources)");
    } catch (UnknownHostException e) {
      throw new Refused("SourceUnreachable", "the host " + uri.getHost() + " is not known");
    }
  }
}
