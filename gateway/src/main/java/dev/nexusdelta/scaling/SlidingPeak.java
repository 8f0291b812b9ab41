package dev.nexusdelta.scaling;

import java.util.ArrayList;
import java.util.List;

/**
 * The highest of the numbers seen within some time. Immutable. Keeps only what may still become the
 * highest, so falling numbers from old to new: never more entries than there are different numbers.
 *
 * @param seen oldest first
 */
record SlidingPeak(List<Seen> seen) {
  static final SlidingPeak NONE = new SlidingPeak(List.of());

  /**
   * A number.
   *
   * @param at when it was seen last
   */
  record Seen(long at, int number) {}

  /** With another number, without those seen {@code span} ago or earlier. */
  SlidingPeak with(int number, long span, long now) {
    List<Seen> left = new ArrayList<>(seen.size() + 1);
    for (Seen one : seen) {
      if (now - one.at() < span && one.number() > number) {
        left.add(one);
      }
    }
    left.add(new Seen(now, number));
    return new SlidingPeak(List.copyOf(left));
  }

  /** The highest; 0 if none was seen. */
  int highest() {
    return seen.isEmpty() ? 0 : seen.get(0).number();
  }
}
