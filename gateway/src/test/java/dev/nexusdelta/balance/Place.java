package dev.nexusdelta.balance;

import org.jspecify.annotations.Nullable;

/** A candidate with all its facts in the open. */
final class Place implements Balancer.Candidate<Place> {
  final int identity;
  int inFlight;
  double weight = 1;
  boolean free = true;
  int chosen;

  Place(int identity) {
    this.identity = identity;
  }

  Place weight(double newWeight) {
    weight = newWeight;
    return this;
  }

  Place busy() {
    free = false;
    return this;
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public int identity() {
    return identity;
  }

  @Override
  public double weight(long nowNanos) {
    return weight;
  }

  @Override
  public @Nullable Place tryLease() {
    if (!free) {
      return null;
    }
    inFlight++;
    chosen++;
    return this;
  }

  @Override
  public String toString() {
    return Integer.toString(identity);
  }
}
