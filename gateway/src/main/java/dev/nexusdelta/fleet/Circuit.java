package dev.nexusdelta.fleet;

/**
 * Keeps calls from a replica that keeps failing. Thread-safe; permissions end in exactly one of
 * success, error, release.
 */
public interface Circuit {
  /** May one call pass? Takes a permission if so. */
  boolean tryAcquire();

  /** A permitted call went well. */
  void onSuccess(long durationNanos);

  /** A permitted call failed. */
  void onError(long durationNanos);

  /** A permitted call says nothing. */
  void release();

  /** {@code closed}, {@code open} or {@code half_open}. */
  String state();

  /** Seconds until an open circuit lets a trial pass, at least 1; 0 unless open. */
  int retryAfterSeconds();
}
