package dev.nexusdelta.fleet;

import static dev.nexusdelta.fleet.FleetHarness.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.telemetry.Metrics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null fails the test as well
class FleetTest {
  private final FleetHarness test = new FleetHarness();

  @AfterEach
  void close() {
    test.close();
  }

  private static Manifest quick(String name, String command) {
    return Specs.manifest(name, new Run.Command(command), Duration.ofMillis(400));
  }

  @Test
  void startsWhatTheRegistryWantsAndPublishesIt() {
    test.open();
    test.done("start", test.put("Math", "a"));
    AgentView view = test.view("Math");
    assertThat(view.state()).isEqualTo(AgentState.HEALTHY);
    assertThat(view.routable()).hasSize(1);
    assertThat(view.healthy()).isEqualTo(1);
    assertThat(view.unavailable()).isEmpty();
    assertThat(test.directory.published).hasSize(1);
    AgentStatus status = test.status("math");
    assertThat(status.serving()).isEqualTo(status.target()).isPresent();
    assertThat(status.replicas()).hasSize(1);
    assertThat(status.replicas().get(0).state()).isEqualTo("healthy");
    assertThat(status.replicas().get(0).address()).startsWith("127.0.0.1:");
    assertThat(test.types("Math"))
        .containsSubsequence(
            "agent.created", "replica.starting", "replica.healthy", "operation.done");
    assertThat(test.metrics.seen)
        .contains(
            "nexus_replica_start_seconds[agent, math, host, process, phase, ready]",
            "nexus_replica_start_seconds[agent, math, host, process, phase, build]");
    assertThat(test.metrics.gauges.get("nexus_replicas").get())
        .contains(new Metrics.Sample(1, List.of("agent", "math", "state", "healthy")));
  }

  @Test
  void timesEachPhaseOfAStartOnce() {
    test.open();
    test.host.behaviour("a").tellsPhases = true;
    test.done("start", test.put("Math", "a"));
    assertThat(test.status("Math").replicas().get(0).start())
        .containsEntry("create", Duration.ofMillis(82))
        .extracting(Map::keySet)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.ITERABLE)
        .containsExactly("create", "boot", "ready");
    List<String> timed =
        test.metrics.seen.stream().filter(line -> line.startsWith("nexus_replica_start")).toList();
    assertThat(timed)
        .containsExactly(
            "nexus_replica_start_seconds[agent, math, host, process, phase, build]",
            "nexus_replica_start_seconds[agent, math, host, process, phase, create]",
            "nexus_replica_start_seconds[agent, math, host, process, phase, boot]",
            "nexus_replica_start_seconds[agent, math, host, process, phase, ready]");
    test.metrics.seen.clear();
    test.reopen();
    test.until("Math", view -> view.healthy() == 1);
    assertThat(test.metrics.seen)
        .noneMatch(line -> line.contains("start_seconds") && !line.contains("build"));
  }

  @Test
  void showsWhatReplicasUseByOrdinal() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    for (String name : List.of("nexus_replica_memory_bytes", "nexus_replica_cpu_seconds_total")) {
      assertThat(test.metrics.gauges.get(name).get())
          .extracting(Metrics.Sample::labels)
          .containsExactlyInAnyOrder(
              List.of("agent", "math", "replica", "1"), List.of("agent", "math", "replica", "2"));
    }
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 1)));
    assertThat(test.metrics.gauges.get("nexus_replica_memory_bytes").get()).hasSize(1);
  }

  @Test
  void anOperationWithNothingToDoIsDoneAtOnce() {
    test.open();
    AgentSpec spec = test.put("Math", "a");
    test.done("start", spec);
    assertThat(test.fleet.track("start", spec, "test").state()).isEqualTo(Operation.State.DONE);
  }

  @Test
  void scalesUpAndDown() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 3)));
    assertThat(test.view("Math").routable()).hasSize(3);
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 1)));
    assertThat(test.view("Math").routable()).extracting(Replica::ordinal).containsExactly(1);
    assertThat(get(test.host.running())).hasSize(1);
    assertThat(test.directory.published).hasSize(1);
  }

  @Test
  void aDrainingReplicaEndsWhenItsLastCallHas() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    Replica newest = test.view("Math").routable().get(1);
    Lease lease = newest.tryLease();
    assertThat(lease).isNotNull();
    AgentSpec spec = test.edit("Math", one -> Specs.pinned(one, 1));
    test.until("Math", view -> view.routable().size() == 1);
    assertThat(newest.tryLease()).isNull();
    assertThat(newest.inFlight()).isEqualTo(1);
    assertThat(get(test.host.running())).hasSize(2);
    assertThat(test.status("Math").replicas())
        .extracting(AgentStatus.ReplicaStatus::state)
        .containsExactly("healthy", "draining");
    lease.success(1);
    test.done("scale", spec);
    assertThat(get(test.host.running())).hasSize(1);
  }

  @Test
  void restartReplacesOneByOneWithoutAGap() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 3)));
    int[] least = {9};
    FleetReader.Watch watch =
        test.fleet.watch(
            view -> least[0] = Math.min(least[0], view.agents().iterator().next().healthy()));
    List<Replica> old = test.view("Math").routable();
    test.done("restart", test.edit("Math", Specs::restarted));
    watch.close();
    assertThat(least[0]).isGreaterThanOrEqualTo(3);
    assertThat(test.view("Math").routable()).hasSize(3).doesNotContainAnyElementsOf(old);
    assertThat(get(test.host.running())).hasSize(3);
    assertThat(test.types("Math")).containsSubsequence("rollout.started", "rollout.done");
    assertThat(test.host.calls.stream().filter(call -> call.startsWith("apply")).toList())
        .noneMatch(call -> call.endsWith(" 4"));
  }

  @Test
  void aReleaseThatDoesNotBuildLeavesTheOldServing() {
    test.open();
    test.done("start", test.put("Math", "a"));
    String old = test.status("Math").serving().orElseThrow();
    test.host.behaviour("b").builds = false;
    Operation failed = test.failed("change", test.put("Math", "b"));
    assertThat(failed.detail()).contains("does not build");
    assertThat(failed.lastLines()).containsExactly("A.java:3:5: ';' expected");
    AgentStatus status = test.status("Math");
    assertThat(status.state()).isEqualTo(AgentState.HEALTHY);
    assertThat(status.serving()).contains(old);
    assertThat(status.target()).isPresent().isNotEqualTo(status.serving());
    assertThat(status.reason()).contains("does not build").contains("serves on");
    assertThat(test.view("Math").routable()).hasSize(1);
    // and the next, good one is taken up
    test.done("change", test.put("Math", "c"));
    assertThat(test.status("Math").reason()).isEmpty();
  }

  @Test
  void aReleaseThatCrashesLeavesTheOldServing() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.host.behaviour("b").crashesAtStart = true;
    Operation failed = test.failed("change", test.put("Math", "b"));
    assertThat(failed.detail()).isEqualTo("exit code 1");
    assertThat(failed.lastLines()).contains("boom");
    assertThat(test.view("Math").healthy()).isEqualTo(1);
    test.event(event -> event.type().equals("rollout.failed"));
    // and back to what serves
    test.done("change", test.put("Math", "a"));
    assertThat(test.status("Math").serving()).isEqualTo(test.status("Math").target());
  }

  @Test
  void aReleaseThatIsNeverReadyLeavesTheOldServing() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.host.behaviour("b").health = 503;
    Operation failed = test.failed("change", test.put(quick("Math", "b")));
    assertThat(failed.detail()).contains("not ready within 400 ms").contains("503");
    assertThat(failed.lastLines()).containsExactly("a line");
    assertThat(test.view("Math").healthy()).isEqualTo(1);
    test.until("Math", view -> get(test.host.running()).size() == 1);
  }

  @Test
  void aNewerRevisionSupersedesAReplacement() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.host.behaviour("b").health = 503;
    AgentSpec second = test.put("Math", "b");
    test.event(event -> event.replica().filter("math-2-x"::equals).isPresent());
    AgentSpec third = test.put("Math", "c");
    test.done("change", third);
    assertThat(test.track("change", second).detail()).contains("superseded");
    assertThat(get(test.host.running())).hasSize(1);
  }

  @Test
  void aFirstStartThatFailsSaysWhyAtOnceAndClears() {
    test.open();
    test.host.behaviour("a").crashesAtStart = true;
    AgentSpec spec = test.put("Math", "a");
    AgentView failed = test.until("Math", view -> view.unavailable().isPresent());
    assertThat(failed.state()).isEqualTo(AgentState.FAILED);
    assertThat(failed.unavailable().orElseThrow().code()).isEqualTo(ProblemCode.START_FAILED);
    assertThat(failed.unavailable().orElseThrow().detail())
        .contains("exit code 1")
        .as("what an agent prints may hold secrets")
        .doesNotContain("boom");
    assertThat(test.failed("start", spec).lastLines()).contains("boom");
    assertThat(test.status("Math").replicas())
        .extracting(AgentStatus.ReplicaStatus::state)
        .contains("failed");
    test.host.behaviour("a").crashesAtStart = false;
    assertThat(test.until("Math", view -> view.healthy() == 1).unavailable()).isEmpty();
  }

  @Test
  void anAgentThatDoesNotBuildSaysWhere() {
    test.open();
    test.host.behaviour("a").builds = false;
    Operation failed = test.failed("start", test.put("Math", "a"));
    assertThat(failed.lastLines()).containsExactly("A.java:3:5: ';' expected");
    assertThat(test.view("Math").unavailable().orElseThrow().detail()).contains("A.java:3:5");
  }

  @Test
  void aKilledReplicaIsOutAtOnceAndComesBack() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    Replica victim = test.view("Math").routable().get(0);
    test.host.kill(victim.id());
    test.until("Math", view -> !view.routable().contains(victim));
    AgentView back = test.until("Math", view -> view.healthy() == 2);
    assertThat(back.state()).isEqualTo(AgentState.HEALTHY);
    assertThat(test.metrics.seen)
        .contains("nexus_replica_restarts_total[agent, math, reason, crash]");
    assertThat(test.event(event -> event.type().equals("replica.gone")).reason())
        .contains("SIGKILL");
  }

  @Test
  void aCrashLoopAmongHealthyOnesDegrades() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    test.host.behaviour("a").crashesAtStart = true;
    test.host.kill(test.view("Math").routable().get(0).id());
    test.event(event -> event.reason().contains("4 in a row"));
    assertThat(test.view("Math").state()).isEqualTo(AgentState.DEGRADED);
    assertThat(test.view("Math").unavailable()).isEmpty();
    test.host.kill(test.view("Math").routable().get(0).id());
    AgentView failed = test.until("Math", view -> view.state() == AgentState.FAILED);
    assertThat(failed.unavailable().orElseThrow().code()).isEqualTo(ProblemCode.START_FAILED);
  }

  @Test
  void aSickReplicaIsLastChoiceThenOutThenBack() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    Replica sick = test.view("Math").routable().get(0);
    test.running(sick.id()).health = Optional.of(500);
    AgentView suspect = test.until("Math", view -> view.healthy() == 1);
    if (suspect.routable().size() == 2) {
      assertThat(suspect.routable().get(1)).isSameAs(sick);
    }
    test.until("Math", view -> view.routable().size() == 1);
    assertThat(test.directory.published).doesNotContainKey(sick.id());
    test.running(sick.id()).health = Optional.empty();
    test.until("Math", view -> view.healthy() == 2);
  }

  @Test
  void whenAllAreEjectedAllAreUsed() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.host.behaviour("a").health = 500;
    test.event(event -> event.type().equals("replica.ejected"));
    AgentView view = test.until("Math", now -> now.state() == AgentState.UNHEALTHY);
    assertThat(view.routable()).hasSize(1);
    assertThat(view.healthy()).isZero();
    assertThat(view.unavailable()).isEmpty();
  }

  @Test
  void brokenCallsEjectBeforeProbesDo() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    Replica breaks = test.view("Math").routable().get(0);
    for (int i = 0; i < 2; i++) {
      Lease lease = breaks.tryLease();
      assertThat(lease).isNotNull();
      lease.failure(1, true, "connection reset");
    }
    test.until("Math", view -> !view.routable().contains(breaks));
    assertThat(test.event(event -> event.type().equals("replica.ejected")).reason())
        .isEqualTo("connection reset");
    test.until("Math", view -> view.healthy() == 2);
  }

  @Test
  void aReplicaThatIsNotReadyInTimeIsReplaced() {
    test.open();
    test.host.behaviour("a").health = 503;
    AgentSpec spec = test.put(quick("Math", "a"));
    Operation failed = test.failed("start", spec);
    assertThat(failed.detail()).contains("not ready within 400 ms");
    assertThat(test.view("Math").state()).isEqualTo(AgentState.FAILED);
    test.event(event -> event.type().equals("replica.gone"));
    assertThat(test.metrics.seen)
        .contains("nexus_replica_restarts_total[agent, math, reason, not_ready]")
        .noneMatch(seen -> seen.contains("crash"));
    assertThat(test.view("Math").unavailable().orElseThrow().detail()).contains("not ready");
    test.host.behaviour("a").health = 200;
    test.until("Math", view -> view.healthy() == 1);
  }

  @Test
  void stopsAndStarts() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.done("stop", test.edit("Math", spec -> Specs.enabled(spec, false)));
    AgentView stopped = test.view("Math");
    assertThat(stopped.state()).isEqualTo(AgentState.STOPPED);
    assertThat(stopped.unavailable().orElseThrow().code()).isEqualTo(ProblemCode.AGENT_STOPPED);
    assertThat(stopped.unavailable().orElseThrow().hint()).contains("nexus start Math");
    assertThat(get(test.host.running())).isEmpty();
    assertThat(test.directory.published).isEmpty();
    test.done("start", test.edit("Math", spec -> Specs.enabled(spec, true)));
    assertThat(test.view("Math").healthy()).isEqualTo(1);
  }

  @Test
  void aDeletedAgentEndsAndIsForgotten() {
    test.open();
    test.done("start", test.put("Math", "a"));
    AgentSpec tombstone = test.edit("Math", Specs::deleted);
    test.done("delete", tombstone);
    assertThat(test.fleet.view().agent("math")).isNull();
    assertThat(test.fleet.statuses()).isEmpty();
    assertThat(get(test.host.running())).isEmpty();
    test.done("delete", tombstone);
    test.done("start", test.edit("Math", spec -> Specs.enabled(spec, true)));
  }

  @Test
  void theHostLearnsWhatOnlyLaterStartsNeed() {
    test.open();
    Manifest manifest = quick("Math", "a");
    test.done("start", test.put(manifest));
    test.host.calls.clear();
    test.done("change", test.put(Specs.port(manifest, 9)));
    assertThat(get(test.host.running())).hasSize(1);
    assertThat(test.host.calls).singleElement().asString().startsWith("apply").endsWith(" 1");
  }

  @Test
  void aRevisionThatComesLateBringsNoDeletedAgentBack() {
    test.open();
    test.put("Math", "a");
    AgentSpec late = test.edit("Math", spec -> Specs.enabled(spec, false));
    test.done("stop", late);
    test.done("delete", test.edit("Math", Specs::deleted));
    test.track("stop", late);
    assertThat(test.fleet.statuses()).isEmpty();
    assertThat(test.fleet.view().agent("math")).isNull();
  }

  @Test
  void theNextGatewayAdoptsWhatRunsAndRestartsNothing() {
    test.open();
    test.put("Math", "a");
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 3)));
    List<String> ids = test.view("Math").routable().stream().map(Replica::id).toList();
    test.reopen();
    AgentView view = test.until("Math", now -> now.healthy() == 3);
    assertThat(view.routable()).extracting(Replica::id).containsExactlyElementsOf(ids);
    // the host is told: what crashes now is started again
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    assertThat(get(test.host.running())).hasSize(2);
  }

  @Test
  void whatChangedWhileNoGatewayRanIsReplacedWithoutAGap() {
    test.open();
    test.done("start", test.put("Math", "a"));
    get(test.fleet.close());
    AgentSpec spec = test.put("Math", "b");
    Replica old = test.view("Math").routable().get(0);
    test.host.behaviour("b").builds = false;
    test.reopen();
    AgentView view = test.until("Math", now -> now.healthy() == 1);
    assertThat(view.routable().get(0).id()).isEqualTo(old.id());
    test.failed("change", spec);
    assertThat(test.view("Math").healthy()).isEqualTo(1);
    test.done("change", test.put("Math", "c"));
    assertThat(get(test.host.running()))
        .extracting(replica -> replica.seen.id())
        .hasSize(1)
        .doesNotContain(old.id());
  }

  @Test
  void whatWasDeletedWhileNoGatewayRanIsEnded() {
    test.open();
    test.done("start", test.put("Math", "a"));
    get(test.fleet.close());
    test.edit("Math", Specs::deleted);
    test.reopen();
    test.event(event -> event.reason().contains("does not exist"));
    test.done("start", test.put("Other", "o"));
    assertThat(get(test.host.running()))
        .extracting(replica -> replica.seen.agent().value())
        .containsExactly("Other");
  }

  @Test
  void learnsToolsOnceAndKeepsThem() {
    test.open();
    FakeHost.Behaviour behaviour = test.host.behaviour("a");
    behaviour.tools =
        """
        {"tools": [{"name": "sum", "description": "adds", "inputSchema": {"type": "object"},
                    "readOnly": true, "colour": "red"}]}
        """;
    test.done("start", test.put("Math", "a"));
    AgentView view = test.until("Math", now -> !now.tools().isEmpty());
    assertThat(view.tools().get(0).name()).isEqualTo("sum");
    assertThat(view.routable().get(0).tool("sum").readOnly()).isTrue();
    assertThat(view.routable().get(0).tool("other")).isNull();
    test.done("stop", test.edit("Math", spec -> Specs.enabled(spec, false)));
    assertThat(test.view("Math").tools()).hasSize(1);
    test.reopen();
    assertThat(test.view("Math").tools()).hasSize(1);
  }

  @Test
  void toolsThatAreWrongAreNoTools() {
    test.open();
    test.host.behaviour("a").tools = "{\"tools\": 7}";
    test.done("start", test.put("Math", "a"));
    assertThat(test.view("Math").tools()).isEmpty();
    assertThat(test.view("Math").healthy()).isEqualTo(1);
  }

  @Test
  void anImageNeedsAContainerHost() {
    test.open();
    Operation failed =
        test.failed(
            "start",
            test.put(Specs.manifest("Box", new Run.Image("x/y:1", 8000), Duration.ofSeconds(5))));
    assertThat(failed.detail()).contains("container host").contains("run.url");
    assertThat(test.view("Box").state()).isEqualTo(AgentState.FAILED);
  }

  @Test
  void anAgentWithoutHealthRouteIsHealthyByItsPort() {
    test.open();
    test.host.behaviour("a").health = 404;
    test.done("start", test.put("Math", "a"));
    assertThat(test.status("Math").healthMode()).isEqualTo("port");
  }

  @Test
  void agentsElsewhereGoToTheUrlHost() {
    test.open();
    Run.Url run =
        new Run.Url(List.of(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2")));
    test.done("start", test.put(Specs.manifest("Far", run, Duration.ofSeconds(5))));
    test.until("Far", view -> view.healthy() == 2);
    assertThat(get(test.url.running())).hasSize(2);
    assertThat(get(test.host.running())).isEmpty();
    test.done("stop", test.edit("Far", spec -> Specs.enabled(spec, false)));
    assertThat(get(test.url.running())).isEmpty();
  }

  @Test
  void discoveryThatFailsHarmsNobody() {
    test.directory.broken = true;
    test.open();
    test.done("start", test.put("Math", "a"));
    test.done("restart", test.edit("Math", Specs::restarted));
  }

  @Test
  void aHungReplicaIsFoundByItsProbes() {
    test.open();
    test.put(
        Specs.manifest(
            "Math", new Run.Command("a"), Duration.ofSeconds(30), Duration.ofMillis(500)));
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 2)));
    Replica hung = test.view("Math").routable().get(0);
    test.running(hung.id()).hangs = true;
    test.until("Math", view -> !view.routable().contains(hung));
    test.event(event -> event.reason().contains("no answer within 500 ms"));
  }

  @Test
  void aHundredAgentsStart() {
    test.open();
    List<AgentSpec> specs =
        IntStream.range(0, 100).mapToObj(i -> test.put("Agent" + i, "a")).toList();
    List<Operation> operations =
        specs.stream().map(spec -> test.fleet.track("start", spec, "test")).toList();
    for (Operation operation : operations) {
      Operation ended = get(test.fleet.await(operation.id(), Duration.ofSeconds(50)));
      assertThat(ended.state()).as("%s", ended).isEqualTo(Operation.State.DONE);
    }
    assertThat(test.fleet.statuses().stream().map(AgentStatus::state).collect(Collectors.toSet()))
        .containsExactly(AgentState.HEALTHY);
  }
}
