package dev.reveille.e2e.kit;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request body whose second half comes when the test says so: the request runs until then. */
public final class SlowBody {
  private static final int PADDING = 100_000;

  private final byte[] bytes;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  /** Padded, so that its first half leaves the client's buffers. */
  public SlowBody(String json) {
    bytes = (" ".repeat(PADDING) + json).getBytes(StandardCharsets.UTF_8);
  }

  public BodyPublisher publisher() {
    return BodyPublishers.ofInputStream(Halves::new);
  }

  /** Returns once the first half was taken. */
  public void awaitBegun() {
    await(begun);
  }

  public void finish() {
    finished.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("a slow body was not read, or never finished");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private final class Halves extends InputStream {
    private int at;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (at == bytes.length) {
        return -1;
      }
      int half = PADDING / 2;
      if (at == half) {
        begun.countDown();
        await(finished);
      }
      int end = at < half ? half : bytes.length;
      int count = Math.min(length, end - at);
      System.arraycopy(bytes, at, into, offset, count);
      at += count;
      return count;
    }
  }
}
