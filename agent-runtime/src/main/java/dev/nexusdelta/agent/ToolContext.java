package dev.nexusdelta.agent;

import java.time.Duration;
import java.util.Optional;

/**
 * The call that a tool is answering; declare a parameter of this type to get it. Thread-safe, and
 * of no use after the call.
 */
public interface ToolContext {
  /** Id under which the caller, the gateway and the logs know this call. */
  String requestId();

  /** The W3C {@code traceparent} of the caller, to be passed on to whatever the tool calls. */
  Optional<String> traceparent();

  /** Time left to answer, never negative; empty = no limit. */
  Optional<Duration> remaining();

  /**
   * Whether nobody waits for the result any more, because the deadline of the call has passed. Then
   * the tool's thread is interrupted too, and a future that it gave is cancelled. A caller who
   * leaves while the tool runs is not seen before the deadline: the server does not read a
   * connection that it owes an answer. One who leaves a stream is seen when its next item or
   * progress cannot be written; its subscription is cancelled too.
   */
  boolean isCancelled();

  /** Runs the task when the call is cancelled, at once if it was. The task must not block. */
  void onCancel(Runnable task);

  /**
   * Tells the caller of a stream how far the tool has come; a caller who does not read gets the
   * latest report only. The first report sends the head of the stream: no deadline holds from then
   * on. Callers of ordinary answers see nothing of it; the log has it at debug.
   *
   * @param total 0 = not known
   * @param message for people; empty = none
   */
  void progress(long done, long total, String message);

  /**
   * @throws ToolException with status 504 if the call is cancelled; for loops
   */
  void checkCancelled();

  /** Logs lines that carry the request id, to standard error. */
  System.Logger logger();
}
