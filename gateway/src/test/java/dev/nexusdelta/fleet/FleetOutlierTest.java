package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.balance.SlowStart;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null fails the test as well
class FleetOutlierTest {
  private final FleetHarness test = new FleetHarness();

  @BeforeEach
  void threeReplicas() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 3)));
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void failuresInARowEjectOneOfThreeAndSpareTheNext() {
    List<Replica> three = test.view("Math").routable();
    fail(three.get(0), 4);
    good(three.get(0));
    fail(three.get(0), 5);
    test.until("Math", view -> view.routable().equals(three.subList(1, 3)));
    FleetEvent out = test.event(event -> event.type().equals("replica.ejected"));
    assertThat(out.by()).isEqualTo("outlier");
    assertThat(out.reason()).isEqualTo("5 calls in a row failed, the last: status 503");
    AgentStatus.ReplicaStatus shown = test.status("Math").replicas().get(0);
    assertThat(shown.state()).isEqualTo("ejected");
    assertThat(shown.reason()).isEqualTo(out.reason());
    assertThat(test.metrics.seen).contains("nexus_ejections_total[agent, math, reason, failures]");

    fail(three.get(1), 5);
    FleetEvent kept = test.event(event -> event.type().equals("replica.lightened"));
    assertThat(kept.replica()).contains(three.get(1).id());
    // The event comes before its turn is published: one more turn, and it is.
    test.put("Next", "b");
    test.until("Next", view -> true);
    assertThat(test.view("Math").routable()).containsExactlyElementsOf(three.subList(1, 3));
    assertThat(three.get(1).weight(System.nanoTime())).isEqualTo(SlowStart.LEAST);
    assertThat(test.status("Math").replicas().get(1).state()).isEqualTo("healthy");
    assertThat(test.status("Math").replicas().get(1).reason())
        .isEqualTo(out.reason() + "; it gets few calls, as no more may be ejected");
  }

  @Test
  void aNewReplicaWarmsUpAndAnAdoptedOneIsWarm() {
    Replica fresh = test.view("Math").routable().get(2);
    assertThat(fresh.weight(System.nanoTime())).isLessThan(1);
    assertThat(fresh.weight(System.nanoTime() + SlowStart.NANOS)).isEqualTo(1);
    test.reopen();
    test.until("Math", view -> view.healthy() == 3);
    assertThat(test.view("Math").routable())
        .allMatch(replica -> replica.weight(System.nanoTime()) == 1);
  }

  @Test
  void aSlowOneIsEjected() {
    ejectTheSecond(test.view("Math").routable());
  }

  @Test
  @Tag("long")
  void aSlowOneComesBack() {
    List<Replica> three = test.view("Math").routable();
    FleetEvent out = ejectTheSecond(three);
    long began = System.nanoTime();
    test.until("Math", view -> view.healthy() == 3);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(4));
    assertThat(three.get(1).weight(System.nanoTime())).isLessThan(1);
    Lease trial = three.get(1).tryLease();
    assertThat(trial).isNotNull();
    assertThat(three.get(1).tryLease()).isNull();
    trial.release();
    assertThat(
            test.event(
                    event ->
                        event.type().equals("replica.healthy")
                            && event.replica().equals(out.replica()))
                .reason())
        .isEqualTo("answers its probes again");
  }

  @Test
  @Tag("long")
  void oneThatHangsIsOutWithinThreeSecondsAtTheUsualSettings() {
    Duration second = Duration.ofSeconds(1);
    Manifest usual =
        Specs.manifest("Text", new Run.Command("b"), Duration.ofSeconds(30), second, second);
    test.put(usual);
    test.done("scale", test.edit("Text", spec -> Specs.pinned(spec, 3)));
    Replica hung = test.view("Text").routable().get(1);
    test.running(hung.id()).hangs = true;
    long began = System.nanoTime();
    test.until("Text", view -> view.healthy() == 2);
    Duration lastChoice = Duration.ofNanos(System.nanoTime() - began);
    test.until("Text", view -> !view.routable().contains(hung));
    Duration out = Duration.ofNanos(System.nanoTime() - began);
    // By the timers 2.0 and 3.0 s at most; the rest is for a busy machine.
    assertThat(lastChoice).isLessThan(Duration.ofMillis(2_800));
    assertThat(out).isLessThan(Duration.ofMillis(3_900));
    assertThat(test.event(event -> event.type().equals("replica.ejected")).reason())
        .isEqualTo("no answer within 1000 ms (health.timeout)");
  }

  /** By calls that take long; gives the event that tells it. */
  private FleetEvent ejectTheSecond(List<Replica> three) {
    long timer =
        test.vertx.setPeriodic(
            20,
            tick -> {
              answer(three.get(0), 10);
              answer(three.get(1), 900);
              answer(three.get(2), 12);
            });
    FleetEvent out = test.event(event -> event.type().equals("replica.ejected"));
    test.vertx.cancelTimer(timer);
    test.until("Math", view -> view.healthy() == 2);
    assertThat(out.replica()).contains(three.get(1).id());
    assertThat(out.reason()).startsWith("slow: every second call takes").contains("on its peers");
    assertThat(test.metrics.seen).contains("nexus_ejections_total[agent, math, reason, latency]");
    return out;
  }

  private static void answer(Replica replica, long millis) {
    Lease lease = replica.tryLease();
    if (lease != null) {
      lease.answered(TimeUnit.MILLISECONDS.toNanos(millis));
      lease.success(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private static void good(Replica replica) {
    answer(replica, 1);
  }

  private static void fail(Replica replica, int times) {
    for (int i = 0; i < times; i++) {
      Lease lease = replica.tryLease();
      lease.answered(1_000_000);
      lease.failure(1_000_000, false, "status 503");
    }
  }
}
