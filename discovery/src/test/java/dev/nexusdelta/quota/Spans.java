package dev.nexusdelta.quota;

/** Looks whether any span of time holds more uses than its rate and one burst allow. */
final class Spans {
  private final double perNano;
  private final double burst;
  private double low = Double.MAX_VALUE;
  private double worst = -Double.MAX_VALUE;
  private int count;

  Spans(double perSecond, double burst) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
  }

  /** One use; in order of time. */
  void admitted(long nanos) {
    // The span from an earlier use to this one holds count - earlier of them.
    low = Math.min(low, count - perNano * nanos);
    count++;
    worst = Math.max(worst, count - perNano * nanos - low - burst);
  }

  /** By how many uses the worst span is above what it may hold; negative if none is. */
  double worst() {
    return worst;
  }

  int count() {
    return count;
  }
}
