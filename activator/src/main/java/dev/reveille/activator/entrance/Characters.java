package dev.reveille.activator.entrance;

import java.util.function.IntPredicate;

/** Which bytes may stand where (RFC 9110, 5; RFC 3986). Pure. */
final class Characters {
  private static final boolean[] TOKEN =
      table("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

  /**
   * Of a host's name as it is written: pct-encoded, unreserved, and what names of services have.
   */
  private static final boolean[] NAME =
      table("-._~%!$&'()*+;=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

  private static final boolean[] ADDRESS = table(":.%0123456789abcdefABCDEF");

  private Characters() {}

  private static boolean[] table(String all) {
    boolean[] table = new boolean[128];
    all.chars().forEach(each -> table[each] = true);
    return table;
  }

  static boolean isToken(int each) {
    return each < 128 && TOKEN[each];
  }

  static boolean isToken(CharSequence text) {
    return isAll(TOKEN, text) && !text.isEmpty();
  }

  /** What is printed, and has a place in a request's target: no space, nothing but ASCII. */
  static boolean isTarget(int each) {
    return each > ' ' && each < 127 && each != '#';
  }

  static boolean isTarget(CharSequence text) {
    return all(text, Characters::isTarget);
  }

  /** Of a field's value. */
  static boolean isValue(int each) {
    return each >= ' ' ? each != 127 : each == '\t';
  }

  static boolean isValue(CharSequence text) {
    return all(text, Characters::isValue);
  }

  static boolean isDigit(int each) {
    return each >= '0' && each <= '9';
  }

  /** A host, by name or address, and maybe a port. */
  static boolean isAuthority(String text) {
    int end = text.length();
    int colon = text.lastIndexOf(':');
    if (colon >= 0 && colon > text.lastIndexOf(']')) {
      end = colon;
      if (end + 1 == text.length() || text.length() - end > 6 || !isAllDigits(text, end + 1)) {
        return false;
      }
    }
    String host = text.substring(0, end);
    return host.startsWith("[")
        ? host.endsWith("]")
            && host.length() > 3
            && isAll(ADDRESS, host.substring(1, host.length() - 1))
        : !host.isEmpty() && isAll(NAME, host);
  }

  private static boolean isAllDigits(String text, int from) {
    return text.chars().skip(from).allMatch(Characters::isDigit);
  }

  private static boolean isAll(boolean[] table, CharSequence text) {
    return all(text, each -> each < 128 && table[each]);
  }

  private static boolean all(CharSequence text, IntPredicate may) {
    for (int i = 0; i < text.length(); i++) {
      if (!may.test(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
