package dev.reveille.modelserver.pool;

import java.lang.foreign.Arena;

/**
 * Memory that the C library has had from the kernel, touched, and keeps: a model that moves in
 * finds it there. Fresh pages cost more than all else in loading a model (measured with MiniLM, 23
 * MB: 14 of 20 ms of fetching and 25 of 50 ms of making the session).
 *
 * <p>glibc keeps what is freed at the end of its heap up to twice the largest block that it ever
 * gave back to the kernel, and that is 32 MiB at most (mallopt(3), M_MMAP_THRESHOLD): so one large
 * block goes first, then small ones below that bound. It has one heap when MALLOC_ARENA_MAX is 1,
 * as in the image; else the calling thread's, which should be the one that loads.
 */
public final class Headroom {
  private static final long MIB = 1 << 20;
  private static final long LARGE = 31 * MIB;
  private static final long SMALL = 4 * MIB;

  /** Below twice LARGE. */
  private static final long MOST = 56 * MIB;

  private Headroom() {}

  /**
   * Takes, touches and frees; a quarter of the heap's bound at most, which follows the container's.
   */
  public static void touch() {
    long bytes = Math.min(MOST, Runtime.getRuntime().maxMemory() / 4);
    hold(LARGE);
    holdParts(bytes / SMALL);
  }

  private static void hold(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(bytes);
    }
  }

  private static void holdParts(long count) {
    try (Arena arena = Arena.ofConfined()) {
      for (long i = 0; i < count; i++) {
        arena.allocate(SMALL);
      }
    }
  }
}
