package dev.nexusdelta.fleet;

import static dev.nexusdelta.fleet.FleetHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.telemetry.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fleet whose host loses its engine for a while: what runs goes on, all else waits. */
@NullUnmarked // a null fails the test as well
class HostAwayTest {
  private static final String REASON = "the engine does not answer: connection refused";
  private final FleetHarness test = new FleetHarness();

  @AfterEach
  void close() {
    test.close();
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not: %s", what).isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  private void goAway() {
    test.host.goAway(REASON);
    test.event(event -> event.type().equals("host.away"));
  }

  private void comeBack() {
    test.host.comeBack();
    test.event(event -> event.type().equals("host.back"));
  }

  private long calls(String verb) {
    return test.host.calls.stream().filter(call -> call.startsWith(verb)).count();
  }

  @Test
  void trafficGoesOnAndEverybodyReadsWhyNothingMoves() {
    test.open();
    test.done("start", test.put("Math", "a"));
    List<Replica> before = test.view("Math").routable();
    int told = test.host.calls.size();
    goAway();
    until("the reason shows", () -> test.status("Math").reason().equals(REASON));
    assertThat(test.view("Math").routable()).isEqualTo(before);
    assertThat(test.view("Math").unavailable()).isEmpty();
    assertThat(test.status("Math").state()).isEqualTo(AgentState.HEALTHY);
    assertThat(test.fleet.trouble(new Run.Command("a"))).contains(REASON);
    assertThat(test.metrics.gauges.get("nexus_host_available").get())
        .contains(
            new Metrics.Sample(0, List.of("host", "process")),
            new Metrics.Sample(1, List.of("host", "url")));
    assertThatThrownBy(
            () -> get(test.fleet.logs(new AgentName("Math"), new LogQuery(Optional.empty(), 5))))
        .hasRootCauseInstanceOf(HostAwayException.class);
    comeBack();
    until("the reason is gone", () -> test.status("Math").reason().isEmpty());
    assertThat(test.view("Math").routable()).isEqualTo(before);
    assertThat(test.host.calls).hasSize(told);
    assertThat(test.metrics.gauges.get("nexus_host_available").get())
        .contains(new Metrics.Sample(1, List.of("host", "process")));
    assertThat(test.metrics.seen).noneMatch(line -> line.startsWith("nexus_replica_restarts"));
  }

  @Test
  void healthGoesOnTakingSickReplicasOutAndBackIn() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    String sick = test.view("Math").routable().get(0).id();
    goAway();
    test.running(sick).health = Optional.of(503);
    test.until("Math", view -> view.routable().size() == 1);
    test.running(sick).health = Optional.of(200);
    test.until("Math", view -> view.healthy() == 2);
    assertThat(calls("replace")).isZero();
  }

  @Test
  void whatHealthWantsReplacedIsReplacedOnceTheHostIsBack() {
    test.open();
    test.host.behaviour("a").health = 503;
    test.put(Specs.manifest("Math", new Run.Command("a"), Duration.ofMillis(600)));
    until("one runs", () -> !get(test.host.running()).isEmpty());
    String sick = get(test.host.running()).get(0).seen.id();
    goAway();
    long start = System.nanoTime();
    until("its time to start is over", () -> System.nanoTime() - start > 1_000_000_000L);
    assertThat(calls("replace")).isZero();
    test.host.behaviour("a").health = 200;
    test.running(sick).health = Optional.of(503);
    comeBack();
    AgentView healthy = test.until("Math", view -> view.healthy() == 1);
    assertThat(healthy.routable()).extracting(Replica::id).isNotEqualTo(List.of(sick));
    assertThat(calls("replace")).isEqualTo(1);
  }

  @Test
  void aReplacementThatWasNotTakenIsAskedForAgain() {
    test.open();
    test.host.behaviour("a").health = 503;
    test.put(Specs.manifest("Math", new Run.Command("a"), Duration.ofMillis(300)));
    until("one runs", () -> !get(test.host.running()).isEmpty());
    test.host.dropsCalls = true;
    until("it was asked for", () -> calls("replace") > 0);
    test.host.behaviour("a").health = 200;
    test.host.dropsCalls = false;
    test.until("Math", view -> view.healthy() == 1);
    assertThat(calls("replace")).isGreaterThan(1);
  }

  @Test
  void whatIsWantedMeanwhileComesAboutAfterwards() {
    test.open();
    test.done("start", test.put("Math", "a"));
    int told = test.host.calls.size();
    goAway();
    AgentSpec three = test.edit("Math", spec -> Specs.pinned(spec, 3));
    Operation scale = test.fleet.track("scale", three, "test");
    test.put("Text", "b");
    until("it is taken up", () -> test.status("Math").revision() == three.revision());
    until("both are known", () -> test.fleet.status(new AgentName("Text")).isPresent());
    assertThat(test.fleet.operation(scale.id()).orElseThrow().state())
        .isEqualTo(Operation.State.RUNNING);
    assertThat(test.host.calls).hasSize(told);
    assertThat(test.status("Text").state()).isEqualTo(AgentState.STARTING);
    comeBack();
    assertThat(get(test.fleet.await(scale.id(), Duration.ofSeconds(30))).state())
        .isEqualTo(Operation.State.DONE);
    test.until("Text", view -> view.healthy() == 1);
  }

  @Test
  void callsThatTheEngineDroppedAreNoFailures() {
    test.open();
    test.host.dropsCalls = true;
    AgentSpec spec = test.put("Math", "a");
    until("it was told", () -> calls("prepare") > 0);
    assertThat(test.status("Math").state()).isEqualTo(AgentState.STARTING);
    test.host.dropsCalls = false;
    test.done("start", spec);
    test.host.dropsCalls = true;
    AgentSpec three = test.edit("Math", one -> Specs.pinned(one, 3));
    Operation scale = test.fleet.track("scale", three, "test");
    until("it was told again", () -> test.host.calls.stream().anyMatch(c -> c.endsWith(" 3")));
    assertThat(test.status("Math").state()).isEqualTo(AgentState.DEGRADED);
    test.host.dropsCalls = false;
    assertThat(get(test.fleet.await(scale.id(), Duration.ofSeconds(30))).state())
        .isEqualTo(Operation.State.DONE);
    assertThat(test.fleet.events().recent())
        .noneMatch(event -> event.type().equals("replica.failed"));
  }

  @Test
  void theReplicaThatHasDrainedIsTheOneThatEnds() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 3)));
    List<String> staying =
        test.view("Math").routable().subList(0, 2).stream().map(Replica::id).toList();
    test.host.dropsCalls = true;
    AgentSpec two = test.edit("Math", spec -> Specs.pinned(spec, 2));
    Operation scale = test.fleet.track("scale", two, "test");
    until("it was told", () -> test.host.calls.stream().anyMatch(call -> call.endsWith(" 2")));
    test.until("Math", view -> view.routable().size() == 2);
    test.host.dropsCalls = false;
    assertThat(get(test.fleet.await(scale.id(), Duration.ofSeconds(30))).state())
        .isEqualTo(Operation.State.DONE);
    assertThat(test.view("Math").routable()).extracting(Replica::id).isEqualTo(staying);
  }

  @Test
  void whatVanishedMeanwhileIsStartedAgainAndIsNoCrash() {
    test.open();
    test.done("start", test.put("Math", "a"));
    String first = test.view("Math").routable().get(0).id();
    goAway();
    test.host.vanish(first);
    comeBack();
    test.until("Math", view -> view.healthy() == 1 && !view.routable().get(0).id().equals(first));
    assertThat(test.metrics.seen)
        .contains("nexus_replica_restarts_total[agent, math, reason, host_away]")
        .noneMatch(line -> line.contains("reason, crash"));
  }
}
