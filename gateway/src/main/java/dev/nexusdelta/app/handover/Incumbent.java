package dev.nexusdelta.app.handover;

import java.util.Map;

/**
 * A gateway that may be followed by another. Its calls go on all the time; what is handed over is
 * everything that only one may own. Called by one thread; may block.
 */
public interface Incumbent {
  /**
   * Gives up the data folder and all that goes with it, ending no replica; calls go on with what is
   * known of the fleet.
   *
   * @return how many replicas of each agent take calls
   * @throws IllegalStateException if this is not the moment, with the reason
   */
  Map<String, Integer> release();

  /**
   * The successor is gone: owns everything again.
   *
   * @return false = somebody else has the data folder, maybe not for long
   */
  boolean takeBack();

  /**
   * The successor serves, or nothing can be taken back: serves what still comes here, then ends.
   * Returns at once.
   */
  void leave();
}
