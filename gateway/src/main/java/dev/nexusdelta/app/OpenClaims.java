package dev.nexusdelta.app;

import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.Fingerprint;
import dev.nexusdelta.keyed.KeyedCalls;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The keyed calls of one term, which knows those that run: their answers are to be on disk before
 * the store changes hands. Thread-safe.
 */
final class OpenClaims implements KeyedCalls {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final KeyedCalls calls;

  /** Claims that are asked for, and the owners of those that were got and have not ended. */
  private final Set<Object> open = new HashSet<>();

  private boolean closed;

  OpenClaims(KeyedCalls calls) {
    this.calls = calls;
  }

  @Override
  public Future<Standing> claim(CallKey key, Fingerprint print, String requestId) {
    Object asking = new Object();
    if (!opened(asking)) {
      return Future.failedFuture(handedOver());
    }
    Future<Standing> standing;
    try {
      standing = calls.claim(key, print, requestId);
    } catch (RuntimeException e) {
      ended(asking);
      return Future.failedFuture(e);
    }
    return standing.compose(this::stands).onComplete(done -> ended(asking));
  }

  /** A call that has got its key too late was not sent yet: its caller shall come again. */
  private Future<Standing> stands(Standing standing) {
    if (standing instanceof Mine mine && !opened(mine.claim().owner())) {
      return calls.release(mine.claim()).transform(done -> Future.failedFuture(handedOver()));
    }
    return Future.succeededFuture(standing);
  }

  @Override
  public Future<Void> end(Claim mine, ClaimState end) {
    return calls.end(mine, end).onComplete(done -> ended(mine.owner()));
  }

  @Override
  public Future<Void> release(Claim mine) {
    return calls.release(mine).onComplete(done -> ended(mine.owner()));
  }

  /** From now on no key can be claimed; calls that have theirs go on. */
  synchronized void close() {
    closed = true;
  }

  /**
   * Waits until all that is open has ended.
   *
   * @param longest wait
   * @return how many have not
   */
  int await(Duration longest, LongSupplier nanos) {
    long end = nanos.getAsLong() + longest.toNanos();
    int left = count();
    while (left > 0 && nanos.getAsLong() - end < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(STEP_NANOS);
      left = count();
    }
    return left;
  }

  private synchronized int count() {
    return open.size();
  }

  private synchronized boolean opened(Object what) {
    return !closed && open.add(what);
  }

  private synchronized void ended(Object what) {
    open.remove(what);
  }

  private static IllegalStateException handedOver() {
    return new IllegalStateException("keyed calls are being handed over to a successor");
  }
}
