package dev.nexusdelta.fleet;

import dev.nexusdelta.balance.Balancer;
import dev.nexusdelta.balance.ConsistentHash;
import dev.nexusdelta.balance.LeastRequests;
import dev.nexusdelta.balance.RoundRobin;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Choosing a replica, its lease, and the lease's end; every thread is an event loop of its own, all
 * share the replicas.
 */
public class ChooseBench {
  /** What all loops see. */
  @State(Scope.Benchmark)
  public static class Shared {
    @Param({"3", "100"})
    public int replicas;

    List<Replica> all = List.of();

    /** Fresh replicas. */
    @Setup(Level.Trial)
    public void prepare() {
      all = List.copyOf(FleetBench.replicas("bench", replicas));
    }
  }

  /** One circuit for all loops: the dearest case. */
  @State(Scope.Benchmark)
  public static class One {
    final Circuit circuit = new ReplicaCircuit("one", System::nanoTime);
  }

  /** A loop's own. */
  @State(Scope.Thread)
  public static class Loop {
    final SplittableRandom random = new SplittableRandom(1);
    final Balancer roundRobin = new RoundRobin(random);
    final Balancer leastRequests = new LeastRequests(random);
    final Balancer consistentHash = new ConsistentHash(leastRequests);
    long key;
  }

  @Benchmark
  public Object roundRobin(Shared shared, Loop loop) {
    return call(loop.roundRobin, shared, Balancer.NO_KEY);
  }

  @Benchmark
  public Object leastRequests(Shared shared, Loop loop) {
    return call(loop.leastRequests, shared, Balancer.NO_KEY);
  }

  @Benchmark
  public Object consistentHash(Shared shared, Loop loop) {
    return call(loop.consistentHash, shared, ++loop.key);
  }

  /** Asks, and tells that all went well. */
  @Benchmark
  public boolean circuit(One one) {
    boolean passes = one.circuit.tryAcquire();
    one.circuit.onSuccess(100_000);
    return passes;
  }

  private static Object call(Balancer balancer, Shared shared, long key) {
    Lease lease = Objects.requireNonNull(balancer.choose(shared.all, key, 1));
    lease.answered(100_000);
    lease.success(100_000);
    return lease;
  }
}
