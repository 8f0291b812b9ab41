package dev.nexusdelta.agent.shape;

import java.util.ArrayList;
import java.util.List;

/** Collects every fault of one input; names at most a hundred, counts the rest. Not thread-safe. */
public final class Faults {
  private static final int NAMED = 100;

  private final List<Fault> named = new ArrayList<>(0);
  private int count;

  /**
   * One fault.
   *
   * @param pointer JSON pointer of the bad value, or of what is missing
   * @param detail what was expected, and what was there
   */
  public record Fault(String pointer, String detail) {}

  /** Adds one. */
  public void add(String pointer, String detail) {
    count++;
    if (named.size() < NAMED) {
      named.add(new Fault(pointer, detail));
    }
  }

  /** How many there are, those not named included. */
  public int count() {
    return count;
  }

  /** Those that are named, in the order of the text. */
  public List<Fault> named() {
    return List.copyOf(named);
  }

  /** All in one sentence. */
  public String sentence() {
    StringBuilder text = new StringBuilder();
    for (Fault fault : named.subList(0, Math.min(3, named.size()))) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(fault.pointer())
          .append(' ')
          .append(fault.detail());
    }
    return count > 3
        ? text.append("; and ").append(count - 3).append(" more").toString()
        : text.toString();
  }
}
