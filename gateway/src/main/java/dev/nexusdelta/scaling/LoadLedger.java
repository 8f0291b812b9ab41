package dev.nexusdelta.scaling;

import dev.nexusdelta.load.LoadReport;
import java.time.Duration;
import java.util.Set;

/** Adds up what gateways report about the load of agents. Not thread-safe: one owner. */
public final class LoadLedger {

  /** A ledger that knows nothing while a gateway has been silent for longer than this. */
  public LoadLedger(Duration stale) {}

  /** Files a report under the second in which it came. */
  public void file(LoadReport report, long nowNanos) {}

  /** These gateways are there; what others reported leaves the sums at once. */
  public void present(Set<String> gateways) {}

  /** The load of an agent now. */
  public LoadSample sample(String agentKey, Duration window, long nowNanos) {
    return new LoadSample(
        false,
        LoadSample.Mean.ZERO,
        LoadSample.Mean.ZERO,
        LoadSample.Mean.ZERO,
        0,
        0,
        0,
        Duration.ZERO,
        Duration.ZERO);
  }

  /** What has been filed for an agent, newest 15 minutes. */
  public LoadRecording recording(String agentKey) {
    return LoadRecording.NONE;
  }
}
