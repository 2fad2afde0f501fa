package dev.reveille.modelserver.http;

import io.vertx.core.buffer.Buffer;

/** A request body being collected, within a bound; settled exactly once. One event loop's. */
final class Body {
  private final int most;
  private final Buffer collected = Buffer.buffer();
  private boolean settled;

  Body(int most) {
    this.most = most;
  }

  /** Takes a chunk; true when this one broke the bound. */
  boolean append(Buffer chunk) {
    if (settled) {
      return false;
    }
    if (collected.length() + chunk.length() > most) {
      settled = true;
      return true;
    }
    collected.appendBuffer(chunk);
    return false;
  }

  /** Settles it; false when it was settled before. */
  boolean close() {
    boolean first = !settled;
    settled = true;
    return first;
  }

  byte[] bytes() {
    return collected.getBytes();
  }
}
