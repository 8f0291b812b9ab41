package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.sdk.NexusException;

/** Why a stream has ended that was to go on: whoever watches has to know that nobody does now. */
final class FollowEnd {
  private FollowEnd() {}

  /**
   * Finds out.
   *
   * @param once asks for the same without following: for a key that is gone it fails with the cause
   */
  static CommandFailure of(Runnable once) {
    try {
      once.run();
    } catch (NexusException e) {
      return FailureReport.of(e);
    }
    return new CommandFailure(
        ExitCode.FAILED, "the gateway has ended the stream", "the same again");
  }
}
