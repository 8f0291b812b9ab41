package dev.nexusdelta.problem;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One error that the gateway made.
 *
 * @param detail says the name, the bad value and what was expected
 * @param hint what to try
 * @param retryAfterSeconds for the {@code Retry-After} header
 * @param retryable as {@link ProblemCode#retryable()}, unless more is known of this one
 */
public record Problem(
    ProblemCode code,
    String detail,
    Optional<String> hint,
    OptionalInt retryAfterSeconds,
    List<Fault> errors,
    boolean retryable) {

  /**
   * One fault among several.
   *
   * @param pointer JSON pointer into the request body, or {@code file:line:column}
   */
  public record Fault(String pointer, String detail) {}

  /** Copies the list. */
  public Problem {
    errors = List.copyOf(errors);
  }

  /** A problem of nothing but code and detail. */
  public static Problem of(ProblemCode code, String detail) {
    return new Problem(
        code, detail, Optional.empty(), OptionalInt.empty(), List.of(), code.retryable());
  }

  /** The same with advice. */
  public Problem hint(String text) {
    return new Problem(code, detail, Optional.of(text), retryAfterSeconds, errors, retryable);
  }

  /** The same with the time after which to try again. */
  public Problem retryAfter(int seconds) {
    return new Problem(code, detail, hint, OptionalInt.of(seconds), errors, retryable);
  }

  /** The same with single faults. */
  public Problem errors(List<Fault> faults) {
    return new Problem(code, detail, hint, retryAfterSeconds, faults, retryable);
  }

  /** The same where it is known whether the call may be sent again. */
  public Problem retryable(boolean isSafe) {
    return new Problem(code, detail, hint, retryAfterSeconds, errors, isSafe);
  }
}
