package dev.nexusdelta.keyed;

import io.vertx.core.Future;

/**
 * One execution per key. Who wants to execute a call claims its key first; who gets the claim ends
 * it exactly once, by {@link #end} or {@link #release}.
 *
 * <p>Callable from any thread; futures complete on any.
 */
public interface KeyedCalls {
  /**
   * Claims a key. A claim that is {@link Mine} is on disk: it survives a power cut.
   *
   * @param requestId of the call, for people
   */
  Future<Standing> claim(CallKey key, Fingerprint print, String requestId);

  /** The call has ended like that. Succeeds once that is on disk. */
  Future<Void> end(Claim mine, ClaimState end);

  /** The call was certainly not executed: the key is free again. */
  Future<Void> release(Claim mine);

  /** How a call stands that asked for a key. */
  sealed interface Standing {}

  /** It is the one to be executed. */
  record Mine(Claim claim) implements Standing {}

  /**
   * The same call is being executed.
   *
   * @param over completes when that has ended somehow; then claim again
   */
  record Busy(Claim claim, Future<Void> over) implements Standing {}

  /** The same call has ended; its state says how. */
  record Over(Claim claim) implements Standing {}

  /** Another call has that key. */
  record Reused(Claim claim) implements Standing {}

  /** More keys are remembered than there is room for; nothing was claimed. */
  record Full() implements Standing {}
}
