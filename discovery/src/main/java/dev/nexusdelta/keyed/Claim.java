package dev.nexusdelta.keyed;

import java.time.Duration;

/**
 * That a call has taken a key, and what became of it. Immutable.
 *
 * @param owner who executes it: the run of a gateway, and there the attempt; no two are the same
 * @param requestId of the call that took the key
 * @param sinceMillis when it did, epoch milliseconds
 */
public record Claim(
    CallKey key,
    Fingerprint print,
    String owner,
    String requestId,
    long sinceMillis,
    ClaimState state) {
  /** How long a key is remembered; after that it is as new. */
  public static final Duration KEPT = Duration.ofHours(24);

  /** What a claim that is there means for a call with its key. */
  public enum Verdict {
    /** As if it were not there. */
    EXPIRED,
    /** Another call has the key. */
    REUSED,
    /** The same call runs. */
    BUSY,
    /** The same call has ended. */
    OVER
  }

  /** A fresh one. */
  public static Claim begun(
      CallKey key, Fingerprint print, String owner, String requestId, long nowMillis) {
    return new Claim(key, print, owner, requestId, nowMillis, new ClaimState.InProgress());
  }

  /** What it means for a call of the same key. */
  public Verdict verdict(Fingerprint other, long nowMillis) {
    if (isExpired(nowMillis)) {
      return Verdict.EXPIRED;
    }
    if (!print.equals(other)) {
      return Verdict.REUSED;
    }
    return state.isEnd() ? Verdict.OVER : Verdict.BUSY;
  }

  /** By the wall clock. A call that still runs after a day keeps its key until it ends. */
  public boolean isExpired(long nowMillis) {
    return state.isEnd() && nowMillis - sinceMillis >= KEPT.toMillis();
  }

  /** The same claim at its end; one that has ended stays as it is. */
  public Claim ended(ClaimState end) {
    if (!end.isEnd()) {
      throw new IllegalArgumentException(end + " is no end of a claim");
    }
    return state.isEnd() ? this : new Claim(key, print, owner, requestId, sinceMillis, end);
  }

  /** The same claim after the one who executed it was lost. */
  public Claim lost() {
    return ended(new ClaimState.Unknown("the gateway that executed it ended meanwhile"));
  }
}
