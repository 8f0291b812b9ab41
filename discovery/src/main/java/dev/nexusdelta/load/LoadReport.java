package dev.nexusdelta.load;

import java.util.Map;

/**
 * What one gateway tells about its calls, usually once a second.
 *
 * @param gateway its name
 * @param epoch another one for each life of the gateway, so that a restarted one is not taken for
 *     an old message of its predecessor
 * @param sequence counts up from 1 within the epoch; an older or repeated one is ignored
 * @param coveredNanos the time since the report before, by the gateway's monotonic clock
 * @param agents by lower-case name; agents without any call are left out
 */
public record LoadReport(
    String gateway, long epoch, long sequence, long coveredNanos, Map<String, AgentLoad> agents) {
  /** Copies the map. */
  public LoadReport {
    agents = Map.copyOf(agents);
  }
}
