package dev.nexusdelta.calls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one call. Times in it are nanoseconds from its head on; negative if something did
 * not happen.
 *
 * @param atMillis when its head arrived, epoch milliseconds
 * @param agent as asked for, or its name if known
 * @param status of the answer; 499 if the caller left
 * @param problem what the gateway had to say; null if the agent answered
 * @param kept why it is kept
 * @param waits for a place, the first one first
 * @param attempts at replicas, the first one first
 * @param deadline that the call had; null if it was refused before it had one
 * @param keyed what became of its {@code Idempotency-Key}; null without one
 * @param caller address and port, and the name of its key if it has shown one
 */
public record CallRecord(
    String requestId,
    long atMillis,
    @Nullable String agent,
    @Nullable String tool,
    int status,
    @Nullable Problem problem,
    CallSampling.Kept kept,
    Phases phases,
    List<Wait> waits,
    List<Attempt> attempts,
    @Nullable Deadline deadline,
    @Nullable Keyed keyed,
    long bytesIn,
    long bytesOut,
    String caller) {

  /** Copies the lists. */
  public CallRecord {
    waits = List.copyOf(waits);
    attempts = List.copyOf(attempts);
  }

  /**
   * What the gateway answered.
   *
   * @param limit that bound, in the words of the configuration; null if none did
   */
  public record Problem(
      String code, @Nullable String detail, @Nullable String hint, @Nullable String limit) {}

  /**
   * When what happened.
   *
   * @param body all of a held body was there, or the first of a streamed one
   * @param sent to a replica for the first time
   * @param firstByte the head of the answer that the caller got
   * @param done the last byte
   */
  public record Phases(long body, long sent, long firstByte, long done) {}

  /**
   * One wait for a place at a replica.
   *
   * @param routable replicas that took part at its beginning
   * @param busy those of them without a free place
   * @param concurrency places of each
   */
  public record Wait(long from, long until, int routable, int busy, int concurrency) {}

  /**
   * One attempt.
   *
   * @param reason why it was in vain; null if it brought the answer
   */
  public record Attempt(String replica, long sent, long end, @Nullable String reason) {}

  /**
   * The time that the call had.
   *
   * @param source where it is set
   */
  public record Deadline(long nanos, String source) {}

  /**
   * What became of a key.
   *
   * @param original request id of the call that was executed, if it is another one
   */
  public record Keyed(String result, @Nullable String original) {}

  /** Whether it did not go well. */
  boolean isFailed() {
    return status >= 400;
  }

  /** The problem's code, else the status. */
  String code() {
    return problem == null ? Integer.toString(status) : problem.code();
  }

  /** About what it weighs in memory, in bytes: objects as they lie on a heap below 32 GB. */
  int weight() {
    int weight = 260 + text(requestId) + text(agent) + text(tool) + text(caller);
    weight += waits.size() * 56 + attempts.size() * 48;
    for (Attempt attempt : attempts) {
      weight += text(attempt.replica()) + text(attempt.reason());
    }
    if (problem != null) {
      weight += 32 + text(problem.code()) + text(problem.detail()) + text(problem.hint());
      weight += text(problem.limit());
    }
    if (keyed != null) {
      weight += 24 + text(keyed.result()) + text(keyed.original());
    }
    return weight;
  }

  private static int text(@Nullable String text) {
    return text == null ? 0 : 48 + text.length();
  }
}
