package dev.nexusdelta.scaling;

import java.util.List;

/**
 * What is kept of one agent's scaling.
 *
 * @param leads whether this gateway is the one that decides now
 * @param decisions the newest first
 * @param load of the last minutes, as this gateway has heard it
 */
public record ScalingRecord(boolean leads, List<DecisionEntry> decisions, LoadRecording load) {
  /** Copies the list. */
  public ScalingRecord {
    decisions = List.copyOf(decisions);
  }
}
