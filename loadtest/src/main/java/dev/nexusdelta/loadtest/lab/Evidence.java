package dev.nexusdelta.loadtest.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * All that a run can be judged by.
 *
 * @param figures named ones for the summary, to which a judge may add; a name that ends with S is
 *     in seconds, a moment in seconds after the start
 */
public record Evidence(Recording recording, FleetStory fleet, Map<String, Double> figures) {
  Evidence(Recording recording, FleetStory fleet) {
    this(recording, fleet, new LinkedHashMap<>());
  }

  /** Keeps a figure for the summary, if there is one; returns it. */
  public OptionalDouble figure(String name, OptionalDouble value) {
    value.ifPresent(known -> figures.put(name, known));
    return value;
  }

  /** Calls that did not end as their callers wanted. */
  public long failed() {
    return recording.all().failed();
  }

  /** 95th percentile of all calls that ended well, in milliseconds. */
  public double p95() {
    return recording.all().p95();
  }

  /** When the last answer came. */
  public double lastAnswer() {
    return recording.lastEnd();
  }

  /** 95th percentile of one tool's good calls, in milliseconds; 0 without any. */
  public double p95(String tool) {
    Recording.Cell cell = recording.tools().get(tool);
    return cell == null ? 0 : cell.p95();
  }

  /** 95th percentile of the good calls that began in a phase, in milliseconds. */
  public double phaseP95(int phase) {
    return recording.phases().get(phase).cell().p95();
  }

  /**
   * The knee of rising levels, as far as they are over.
   *
   * @param second only phases that ended before that
   * @param p95Millis what a kept level stays within
   */
  public Knee kneeBefore(double second, double p95Millis) {
    List<Knee.Level> levels =
        recording.phases().stream()
            .filter(phase -> !phase.phase().name().equals(Phase.WARM_UP))
            .filter(phase -> phase.begun() > 0 && phase.phase().until() < second)
            .map(
                phase ->
                    new Knee.Level(
                        phase.phase().rate(),
                        phase.begun(),
                        phase.cell().ok(),
                        phase.cell().failed(),
                        phase.cell().p95()))
            .toList();
    return Knee.of(levels, p95Millis);
  }
}
