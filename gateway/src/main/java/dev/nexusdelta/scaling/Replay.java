package dev.nexusdelta.scaling;

import java.time.Duration;
import java.util.List;

/**
 * What would have happened with other settings.
 *
 * @param changes of the number of replicas, in order
 * @param peak most replicas wanted at once
 * @param replicaSeconds replicas wanted, summed over the seconds
 * @param shortSeconds seconds in which there was more load than the ready replicas' targets
 */
public record Replay(List<Change> changes, int peak, long replicaSeconds, int shortSeconds) {
  /** Copies the list. */
  public Replay {
    changes = List.copyOf(changes);
  }

  /**
   * Another number of replicas.
   *
   * @param second of the recording, from 0
   * @param from replicas before
   * @param to replicas from then on
   * @param cause as in {@link Decision#cause()}
   * @param reason as in {@link Decision#reason()}
   */
  public record Change(int second, int from, int to, String cause, String reason) {}

  /**
   * Decides at the end of each recorded second anew, from the calls that came then. Whether they
   * would have waited is reckoned from rates and service times, so this shows the course of things,
   * not each call.
   *
   * @param startTime what a start takes until the replica is ready
   * @param replicas ready at the beginning
   * @param room as in {@link ScalingInput#room()}
   */
  public static Replay run(
      LoadRecording recording,
      ScalingSettings settings,
      Duration startTime,
      int replicas,
      FleetRoom.Room room) {
    return new ReplayRun(settings, startTime, replicas, room).over(recording);
  }
}
