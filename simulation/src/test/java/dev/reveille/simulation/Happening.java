package dev.reveille.simulation;

/** Something that befalls the world at a certain time, whatever else goes on. */
sealed interface Happening {
  long at();

  /** When it is over. */
  default long until() {
    return at();
  }

  /**
   * A client calls.
   *
   * @param runs how long the model takes for it
   * @param patience after which the client leaves; 0: it waits
   */
  record Call(long at, int activator, int endpoint, Body body, long runs, long patience, int number)
      implements Happening {
    private static final int AGAIN = 1000;

    Call again(long now) {
      return new Call(now, activator, endpoint, body, runs, patience, number + AGAIN);
    }
  }

  /**
   * What is sent.
   *
   * @param replayable it is small enough to be kept
   */
  record Body(long bytes, boolean replayable) {}

  /** A process ends without warning and comes back. */
  record ActivatorDies(long at, int activator, long away) implements Happening {
    @Override
    public long until() {
      return at + away;
    }
  }

  record OperatorDies(long at, long away) implements Happening {
    @Override
    public long until() {
      return at + away;
    }
  }

  /** The old leader stands still, is replaced, and goes on where it stood. */
  record OperatorIsReplaced(long at, long frozen, long after) implements Happening {
    @Override
    public long until() {
      return at + Math.max(frozen, after);
    }
  }

  record ActivatorFreezes(long at, int activator, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  record OperatorFreezes(long at, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** It stands still just when it is about to write the scale, once. */
  record OperatorFreezesBeforeItWrites(long at, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** The container of some pod ends and is started again in place. */
  record ContainerDies(long at, int which) implements Happening {}

  /** Some pod is deleted by somebody else. */
  record PodIsEvicted(long at, int which) implements Happening {}

  /** Some pod's node is gone. */
  record PodIsLost(long at, int which, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  record PodFreezes(long at, int which, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** The API server answers nobody. */
  record ApiIsAway(long at, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** Nobody makes or deletes pods. */
  record ControllersAreAway(long at, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** What an activator sees of the cluster grows old. */
  record WatchStalls(long at, int activator, long length, boolean noticed) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  record OperatorWatchStalls(long at, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** Two processes cannot reach each other. */
  record Cut(long at, int one, int other, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  /** The operator's wall clock is set. */
  record ClockJumps(long at, long by) implements Happening {}

  record SpecChanges(long at, int endpoint) implements Happening {}

  /** Its model cannot be loaded, until it is mended. */
  record SpecIsBroken(long at, int endpoint, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  record IsPaused(long at, int endpoint, long length) implements Happening {
    @Override
    public long until() {
      return at + length;
    }
  }

  record EndpointIsMadeAnew(long at, int endpoint) implements Happening {}

  record ScaledByHand(long at, int endpoint, int replicas) implements Happening {}
}
