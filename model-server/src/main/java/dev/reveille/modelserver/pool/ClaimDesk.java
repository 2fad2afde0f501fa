package dev.reveille.modelserver.pool;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whose this pod is. Shut while it starts, then free, then one endpoint's: the first claim that
 * comes, and no other ever. It closes for good when the process ends or its container was
 * restarted. Safe for any number of threads; each decision is one compare-and-set.
 */
public final class ClaimDesk {

  /** What becomes of a claim. */
  public sealed interface Decision {
    /** The pod is the claimant's from now on; said once in its life. */
    record Taken() implements Decision {}

    /** It was the claimant's already: the same claim again. */
    record Kept() implements Decision {}

    /** It is another endpoint's. */
    record Others(String uid) implements Decision {}

    /** It takes no claims; {@code why} is a sentence. */
    record Closed(String why) implements Decision {}
  }

  private sealed interface State {
    String label();

    record Starting() implements State {
      @Override
      public String label() {
        return "starting";
      }
    }

    record Free() implements State {
      @Override
      public String label() {
        return "free";
      }
    }

    record Claimed(String uid, String modelId) implements State {
      @Override
      public String label() {
        return "claimed";
      }
    }

    record Closed(String label, String why) implements State {}
  }

  private final AtomicReference<State> state = new AtomicReference<>(new State.Starting());

  /** Takes claims from now on; does nothing to a desk that is not starting. */
  public void open() {
    State now = state.get();
    if (now instanceof State.Starting) {
      state.compareAndSet(now, new State.Free());
    }
  }

  /** For good: a container before this one may have held a model. */
  public void spend() {
    close("spent", "this pod is spent: its container was restarted");
  }

  /** For good, because the process ends; says whether an endpoint had the pod. */
  public boolean close() {
    return close("closing", "this pod is shutting down");
  }

  private boolean close(String label, String why) {
    return state.getAndSet(new State.Closed(label, why)) instanceof State.Claimed;
  }

  /** Decides the claim of the endpoint {@code uid} for {@code modelId}. */
  public Decision decide(String uid, String modelId) {
    while (true) {
      State now = state.get();
      switch (now) {
        case State.Free free -> {
          if (state.compareAndSet(free, new State.Claimed(uid, modelId))) {
            return new Decision.Taken();
          }
        }
        case State.Claimed(String owner, String model) -> {
          return owner.equals(uid) && model.equals(modelId)
              ? new Decision.Kept()
              : new Decision.Others(owner);
        }
        case State.Starting starting -> {
          return new Decision.Closed("this pod is not ready to be claimed yet");
        }
        case State.Closed closed -> {
          return new Decision.Closed(closed.why());
        }
      }
    }
  }

  public boolean isFree() {
    return state.get() instanceof State.Free;
  }

  /** As the pool hello says it: starting, free, claimed, spent or closing. */
  public String state() {
    return state.get().label();
  }
}
