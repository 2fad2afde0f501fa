package dev.reveille.activator.depot;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Which source addresses may be fetched from. Sources are written by users, and the activator sits
 * where they do not: addresses of the cluster, the node, the cloud's metadata service stay out.
 */
final class SourceGuard {
  /** A cloud's metadata service in public address space. */
  private static final String AZURE_WIRE_SERVER = "168.63.129.16";

  private final boolean allowPrivate;

  SourceGuard(boolean allowPrivate) {
    this.allowPrivate = allowPrivate;
  }

  boolean allows(InetAddress address) {
    return allowPrivate || !isPrivate(address);
  }

  /** Everything that is not globally reachable unicast (IANA special-purpose registries). */
  static boolean isPrivate(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
      boolean globalUnicast = (bytes[0] & 0xe0) == 0x20;
      boolean translated = bytes[0] == 0x00 && bytes[1] == 0x64; // 64:ff9b::/96, 64:ff9b:1::/48
      boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
      boolean teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
      return uniqueLocal || !globalUnicast || translated || sixToFour || teredo;
    }
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    return first == 0
        || first >= 240
        || (first == 100 && second >= 64 && second < 128)
        || (first == 192 && second == 0 && (bytes[2] == 0 || bytes[2] == 2))
        || (first == 198 && (second == 18 || second == 19))
        || address.getHostAddress().equals(AZURE_WIRE_SERVER);
  }
}
