package dev.nexusdelta.scaling;

import java.util.List;

/** What is to become of an agent's replicas, and why. */
public sealed interface Decision {
  /** How many there shall be from now on. */
  int replicas();

  /** One line for people. */
  String reason();

  /**
   * A word for metrics: {@code rps concurrency panic queue demand quiet stable bound no_data …}.
   */
  String cause();

  /** What each rule wanted, in the order in which they were asked. */
  List<Wish> wishes();

  /**
   * What one rule wanted.
   *
   * @param rule its name
   * @param replicas how many it asked for
   * @param why one line with the figures
   */
  record Wish(String rule, int replicas, String why) {}

  /** Another number than before. */
  record ScaleTo(int replicas, String cause, String reason, List<Wish> wishes) implements Decision {
    /** Copies the list. */
    public ScaleTo {
      wishes = List.copyOf(wishes);
    }
  }

  /** The same number as before. */
  record Hold(int replicas, String cause, String reason, List<Wish> wishes) implements Decision {
    /** Copies the list. */
    public Hold {
      wishes = List.copyOf(wishes);
    }
  }

  /** The same number as before, as nothing is known. */
  record NoData(int replicas, String reason) implements Decision {
    @Override
    public String cause() {
      return "no_data";
    }

    @Override
    public List<Wish> wishes() {
      return List.of();
    }
  }
}
