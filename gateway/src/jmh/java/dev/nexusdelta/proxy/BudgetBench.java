package dev.nexusdelta.proxy;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The budget of calls that are sent again; every thread is an event loop of its own. */
public class BudgetBench {
  /** Shared by all loops of an agent. */
  @State(Scope.Benchmark)
  public static class Shared {
    final RetryBudget budget = new RetryBudget();
  }

  /** A loop's own part; its clock moves on by 50 us a call. */
  @State(Scope.Thread)
  public static class Loop {
    SecondCounts calls = new SecondCounts();
    long now;

    /** Joins. */
    @Setup(Level.Trial)
    public void join(Shared shared) {
      calls = shared.budget.joined();
    }
  }

  /** What every call pays. */
  @Benchmark
  public long call(Loop loop) {
    loop.now += 50_000;
    loop.calls.add(loop.now);
    return loop.now;
  }

  /** What a call that failed pays beside. */
  @Benchmark
  public boolean again(Shared shared, Loop loop) {
    loop.now += 50_000;
    loop.calls.add(loop.now);
    boolean allowed = shared.budget.allows(loop.now);
    if (allowed) {
      shared.budget.repeated(loop.now);
    }
    return allowed;
  }
}
