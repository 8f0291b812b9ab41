package dev.nexusdelta.fleet;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A circuit on Resilience4j: opens when at least {@link #MINIMUM_CALLS} calls of the last {@link
 * #WINDOW_SECONDS} seconds ended and half of them failed; after {@link #OPEN} it lets {@link
 * #TRIALS} trial calls pass and closes or opens again by what they find.
 *
 * <p>All times are monotonic: a step of the wall clock neither opens nor freezes a circuit.
 */
public final class ReplicaCircuit implements Circuit {
  /** Calls that must have ended within the window before a rate counts. */
  public static final int MINIMUM_CALLS = 10;

  /** Length of the window. */
  public static final int WINDOW_SECONDS = 10;

  /** Failed calls in percent that open the circuit. */
  public static final int FAILURE_PERCENT = 50;

  /** How long it stays open before trials. */
  public static final Duration OPEN = Duration.ofSeconds(5);

  /** Calls let through to find out whether the replica is well again. */
  public static final int TRIALS = 3;

  private final LongSupplier nanos;
  private final CircuitBreaker breaker;
  private volatile long openedAt;

  /**
   * A closed circuit.
   *
   * @param replica id, for messages
   * @param nanos monotonic clock
   */
  public ReplicaCircuit(String replica, LongSupplier nanos) {
    this.nanos = nanos;
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .slidingWindow(
                WINDOW_SECONDS,
                MINIMUM_CALLS,
                SlidingWindowType.TIME_BASED,
                SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
            .failureRateThreshold(FAILURE_PERCENT)
            .waitDurationInOpenState(OPEN)
            .permittedNumberOfCallsInHalfOpenState(TRIALS)
            // Trials that never end must not keep the replica out for ever.
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(60))
            .clock(new MonotonicClock(nanos))
            .currentTimestampFunction(clock -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
            .writableStackTraceEnabled(false)
            .build();
    breaker = CircuitBreaker.of(replica, config);
    openedAt = nanos.getAsLong();
  }

  @Override
  public boolean tryAcquire() {
    return breaker.tryAcquirePermission();
  }

  @Override
  public void onSuccess(long durationNanos) {
    boolean wasOpen = isOpen();
    breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
    noteOpening(wasOpen);
  }

  @Override
  public void onError(long durationNanos) {
    boolean wasOpen = isOpen();
    breaker.onError(durationNanos, TimeUnit.NANOSECONDS, CallFailed.INSTANCE);
    noteOpening(wasOpen);
  }

  @Override
  public void release() {
    breaker.releasePermission();
  }

  @Override
  public String state() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> "open";
      case HALF_OPEN -> "half_open";
      default -> "closed";
    };
  }

  @Override
  public int retryAfterSeconds() {
    if (!isOpen()) {
      return 0;
    }
    long left = OPEN.toNanos() - (nanos.getAsLong() - openedAt);
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left + 999_999_999L));
  }

  /**
   * Not by an event of the library: one subscriber makes it build an event, with the wall clock's
   * time, for every single call.
   */
  private void noteOpening(boolean wasOpen) {
    if (!wasOpen && isOpen()) {
      openedAt = nanos.getAsLong();
    }
  }

  private boolean isOpen() {
    return breaker.getState() == CircuitBreaker.State.OPEN;
  }

  /** Resilience4j wants a cause; which one does not matter here. */
  private static final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final CallFailed INSTANCE = new CallFailed();

    CallFailed() {
      super("call failed", null, false, false);
    }
  }

  /** Time since this clock's making, shown as an instant. */
  private static final class MonotonicClock extends Clock {
    private final LongSupplier nanos;
    private final long start;

    MonotonicClock(LongSupplier nanos) {
      this.nanos = nanos;
      this.start = nanos.getAsLong();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanos.getAsLong() - start);
    }
  }
}
