package dev.nexusdelta.hop;

import java.util.Arrays;

/**
 * Which of the latest serials of one stream have come. What is older than the window is taken for
 * seen: better refuse a call that was overtaken by thousands than accept one twice. Not
 * thread-safe.
 */
final class ReplayWindow {
  /** So many proofs may overtake one. */
  static final int SERIALS = 8192;

  private final long[] bits = new long[SERIALS / Long.SIZE];
  private long highest = -1;

  /** Whether it comes for the first time. */
  boolean isNew(long serial) {
    if (serial < 0 || serial <= highest - SERIALS) {
      return false;
    }
    if (serial > highest) {
      forget(serial);
      highest = serial;
    }
    int word = (int) (serial % SERIALS / Long.SIZE);
    long bit = 1L << (serial % Long.SIZE);
    boolean first = (bits[word] & bit) == 0;
    bits[word] |= bit;
    return first;
  }

  /** Makes room for all serials up to this one. */
  private void forget(long upTo) {
    if (upTo - highest >= SERIALS) {
      Arrays.fill(bits, 0);
      return;
    }
    for (long serial = highest + 1; serial <= upTo; serial++) {
      bits[(int) (serial % SERIALS / Long.SIZE)] &= ~(1L << (serial % Long.SIZE));
    }
  }
}
