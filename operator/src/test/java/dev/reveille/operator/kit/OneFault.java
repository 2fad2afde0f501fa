package dev.reveille.operator.kit;

import io.fabric8.mockwebserver.http.MockResponse;
import java.util.function.Supplier;

/** Something goes wrong with one write, the one of this number; all others are well. */
public final class OneFault implements ApiServer.Road {
  private final Kind kind;
  private final int at;
  private int writes;

  /** What goes wrong. */
  public enum Kind {
    NONE(0, false),
    /** As when its caller is killed before it is sent. */
    NOT_SENT(403, false),
    /** As when its caller is killed before it is answered. */
    NOT_HEARD(403, true),
    CONFLICT(409, false),
    TAKEN_BUT_409(409, true),
    TAKEN_BUT_429(429, true),
    TAKEN_BUT_500(500, true),
    TAKEN_BUT_503(503, true),
    REFUSED_500(500, false);

    private final int status;
    private final boolean taken;

    Kind(int status, boolean taken) {
      this.status = status;
      this.taken = taken;
    }

    /** Nobody is there any more who could try again. */
    public boolean isDeath() {
      return this == NOT_SENT || this == NOT_HEARD;
    }
  }

  public OneFault(Kind kind, int at) {
    this.kind = kind;
    this.at = at;
  }

  public int writes() {
    return writes;
  }

  @Override
  public MockResponse travel(Call call, Supplier<MockResponse> answer) {
    if (!call.isWrite()) {
      return answer.get();
    }
    writes++;
    if (writes != at || kind == Kind.NONE) {
      return answer.get();
    }
    if (kind.taken) {
      var _ = answer.get();
    }
    return ApiServer.refusal(kind.status, "this one fails", "");
  }
}
