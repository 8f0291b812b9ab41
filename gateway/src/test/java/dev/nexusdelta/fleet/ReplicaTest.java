package dev.nexusdelta.fleet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null fails the test as well
class ReplicaTest {
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final Replica replica =
      new Replica(
          "math-1-x",
          new AgentName("Math"),
          1,
          "r",
          SocketAddress.inetSocketAddress(1, "127.0.0.1"),
          2,
          Map.of(),
          new FleetHarness.Closed(),
          new Replica.SignalSink() {
            @Override
            public void callFailed(Replica which, String reason) {
              failed.incrementAndGet();
            }

            @Override
            public void idle(Replica which) {
              idle.incrementAndGet();
            }
          });

  @Test
  void grantsAsManyLeasesAsItsLimitWhichMayChange() {
    Lease first = replica.tryLease();
    assertThat(first).isNotNull();
    assertThat(replica.tryLease()).isNotNull();
    assertThat(replica.tryLease()).isNull();
    assertThat(replica.inFlight()).isEqualTo(2);
    replica.limit(3);
    assertThat(replica.tryLease()).isNotNull();
    first.release();
    first.success(1);
    assertThat(replica.inFlight()).isEqualTo(2);
  }

  @Test
  void tellsOfBrokenCallsOnce() {
    Lease lease = replica.tryLease();
    assertThat(lease).isNotNull();
    lease.failure(1, true, "reset");
    lease.failure(1, true, "reset");
    assertThat(failed).hasValue(1);
    Lease slow = replica.tryLease();
    assertThat(slow).isNotNull();
    slow.failure(1, false, "503");
    assertThat(failed).hasValue(1);
  }

  @Test
  void aDrainingOneGrantsNothingAndTellsWhenItIsIdle() {
    Lease lease = replica.tryLease();
    assertThat(lease).isNotNull();
    replica.drain();
    assertThat(replica.tryLease()).isNull();
    assertThat(idle).hasValue(0);
    lease.success(1);
    assertThat(idle).hasValue(1);
  }

  @Test
  void noLeaseSlipsPastADrain() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 300; round++) {
        Replica each =
            new Replica(
                "r" + round,
                new AgentName("Math"),
                1,
                "r",
                SocketAddress.inetSocketAddress(1, "127.0.0.1"),
                1_000,
                Map.of(),
                new FleetHarness.Closed(),
                (which, reason) -> {});
        AtomicInteger open = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(2);
        for (int caller = 0; caller < 2; caller++) {
          callers.execute(
              () -> {
                for (int i = 0; i < 50; i++) {
                  if (each.tryLease() != null) {
                    open.incrementAndGet();
                  }
                }
                done.countDown();
              });
        }
        each.drain();
        assertThat(done.await(10, SECONDS)).isTrue();
        // Every lease that was granted is still counted: the drain sees them all.
        assertThat(each.inFlight()).isEqualTo(open.get());
        assertThat(each.tryLease()).isNull();
      }
    } finally {
      callers.shutdownNow();
    }
  }
}
