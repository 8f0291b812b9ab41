package dev.nexusdelta.keyed;

/** What has become of a keyed call; only {@link InProgress} ever changes. */
public sealed interface ClaimState {
  /** Whether it will not change any more. */
  default boolean isEnd() {
    return true;
  }

  /** It runs, or is about to. */
  record InProgress() implements ClaimState {
    @Override
    public boolean isEnd() {
      return false;
    }
  }

  /** It was answered. */
  record Answered(StoredAnswer answer) implements ClaimState {}

  /**
   * It was answered, but the answer is not kept: too large, or given up for lack of room.
   *
   * @param status of the answer
   */
  record NotKept(int status) implements ClaimState {}

  /**
   * It was sent, and nobody can say whether it was executed.
   *
   * @param reason why not
   */
  record Unknown(String reason) implements ClaimState {}
}
