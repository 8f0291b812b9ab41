package dev.nexusdelta.loadtest.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of a run with one rate.
 *
 * @param from seconds after the start
 * @param until seconds after the start
 * @param rate callers that arrive a second
 */
public record Phase(String name, double from, double until, double rate) {
  /** Name of a phase that is not judged. */
  public static final String WARM_UP = "warm-up";

  /** How long it is. */
  public double seconds() {
    return until - from;
  }

  /** A list that grows one phase after the other. */
  public static final class Plan {
    private final List<Phase> phases = new ArrayList<>();

    /** One more. */
    public Plan then(String name, double rate, double seconds) {
      double from = phases.isEmpty() ? 0 : phases.get(phases.size() - 1).until();
      phases.add(new Phase(name, from, from + seconds, rate));
      return this;
    }

    /** All so far. */
    public List<Phase> phases() {
      return List.copyOf(phases);
    }
  }
}
