package dev.reveille.e2e.chaos;

import java.util.Arrays;

/** Who was asked each request, and whether it was answered right; a byte each. Any thread's. */
final class Book {
  private static final byte NOBODY = 0;

  private byte[] ledger = new byte[1024];

  /** The target of that number, for the request of that number. */
  synchronized void asked(long id, int target) {
    put(id, (byte) (target + 1));
  }

  synchronized void right(long id) {
    put(id, (byte) -Math.abs(ledger[(int) id]));
  }

  private void put(long id, byte value) {
    if (id >= ledger.length) {
      ledger = Arrays.copyOf(ledger, (int) id * 2);
    }
    ledger[(int) id] = value;
  }

  /** Numbers of requests go up to, but not to, this one. */
  synchronized int size() {
    return ledger.length;
  }

  /** The target's number; -1 for a request that was never sent. */
  synchronized int target(int id) {
    return ledger[id] == NOBODY ? -1 : Math.abs(ledger[id]) - 1;
  }

  synchronized boolean isRight(int id) {
    return ledger[id] < 0;
  }
}
