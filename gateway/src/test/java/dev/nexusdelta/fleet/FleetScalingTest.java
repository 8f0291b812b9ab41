package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null fails the test as well
class FleetScalingTest {
  private static final AgentName MATH = new AgentName("Math");

  private final FleetHarness test = new FleetHarness();

  @BeforeEach
  void open() {
    test.open();
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void followsTheLoadWithinItsBoundsAndSaysWhy() {
    put(1, 3);
    test.until("Math", view -> view.healthy() == 1);
    test.fleet.scaleByLoad(MATH, 9, "9.0 calls/s");
    test.until("Math", view -> view.healthy() == 3);
    FleetEvent up = test.event(event -> event.type().equals("agent.scaled"));
    assertThat(up.by()).isEqualTo("autoscaler");
    assertThat(up.reason()).isEqualTo("1 -> 3: 9.0 calls/s");
    ScalingFacts facts = facts();
    assertThat(facts.desired()).isEqualTo(3);
    assertThat(facts.ready()).isEqualTo(3);
    assertThat(facts.starting()).isZero();
    assertThat(facts.startTime()).isPositive();
    assertThat(facts.memoryBytes()).isEqualTo(64L << 20);
    test.fleet.scaleByLoad(MATH, 0, "quiet");
    test.until("Math", view -> view.routable().size() == 1);
    assertThat(test.event(event -> event.reason().endsWith("quiet")).reason())
        .isEqualTo("3 -> 1: quiet");
  }

  @Test
  void withoutAScaleOrPinnedOrStoppedTheLoadHasNoSay() {
    test.put("Math", "a");
    test.until("Math", view -> view.healthy() == 1);
    test.fleet.scaleByLoad(MATH, 3, "no scale");
    put(1, 3);
    AgentSpec pinned = test.edit("Math", spec -> Specs.pinned(spec, 2));
    test.done("scale", pinned);
    test.fleet.scaleByLoad(MATH, 3, "pinned");
    test.done("scale", pinned);
    assertThat(test.view("Math").healthy()).isEqualTo(2);
    AgentSpec free = test.edit("Math", Specs::unpinned);
    test.done("scale", free);
    // Goes on from what is there.
    assertThat(facts().desired()).isEqualTo(2);
    test.done("stop", test.edit("Math", spec -> Specs.enabled(spec, false)));
    test.fleet.scaleByLoad(MATH, 3, "stopped");
    test.done("start", test.edit("Math", spec -> Specs.enabled(spec, true)));
    assertThat(test.types("Math")).doesNotContain("agent.scaled");
    assertThat(facts().desired()).isEqualTo(1);
  }

  @Test
  void oneWithMinZeroBeginsWithOneGoesIdleAndWaitsForCalls() {
    put(0, 3);
    test.until("Math", view -> view.healthy() == 1);
    idle();
    AgentView idle = test.view("Math");
    assertThat(idle.unavailable()).isEmpty();
    assertThat(facts().desired()).isZero();
    assertThat(test.status("Math").state()).isEqualTo(AgentState.IDLE);
    // By hand it is another thing.
    test.done("scale", test.edit("Math", spec -> Specs.pinned(spec, 0)));
    AgentView none = test.until("Math", view -> view.unavailable().isPresent());
    assertThat(none.unavailable().orElseThrow().code()).isEqualTo(ProblemCode.AGENT_STOPPED);
  }

  @Test
  void anyNumberOfCallersIsOneStart() {
    put(0, 3);
    test.until("Math", view -> view.healthy() == 1);
    idle();
    List<String> told = new CopyOnWriteArrayList<>();
    test.fleet.onDemand(
        agent -> {
          throw new IllegalStateException("a listener's own trouble");
        });
    test.fleet.onDemand(
        agent -> {
          told.add(agent.key());
          test.fleet.scaleByLoad(agent, 1, "called");
        });
    int before = test.host.calls.size();
    for (int i = 0; i < 200; i++) {
      test.fleet.demand(MATH);
    }
    test.until("Math", view -> view.healthy() == 1);
    assertThat(told).isNotEmpty().containsOnly("math");
    assertThat(test.host.calls.subList(before, test.host.calls.size()).stream())
        .filteredOn(call -> call.startsWith("apply"))
        .hasSize(1);
  }

  @Test
  void aStartFromZeroThatFailsIsToldAtOnceWithItsCause() {
    put(0, 3);
    test.until("Math", view -> view.healthy() == 1);
    idle();
    test.host.behaviour("a").crashesAtStart = true;
    test.fleet.scaleByLoad(MATH, 1, "called");
    AgentView failed = test.until("Math", view -> view.unavailable().isPresent());
    assertThat(failed.unavailable().orElseThrow().code()).isEqualTo(ProblemCode.START_FAILED);
    assertThat(facts().failure()).isPresent();
    // Given up and asked for again: it is tried anew.
    test.fleet.scaleByLoad(MATH, 0, "quiet");
    test.until("Math", view -> view.state() == AgentState.IDLE);
    assertThat(test.view("Math").unavailable()).isEmpty();
    test.host.behaviour("a").crashesAtStart = false;
    test.fleet.scaleByLoad(MATH, 1, "called");
    test.until("Math", view -> view.healthy() == 1);
  }

  @Test
  void aFormerReleaseThatServesOnIsNotGivenUpForQuiet() {
    put(0, 3);
    test.until("Math", view -> view.healthy() == 1);
    test.host.behaviour("b").crashesAtStart = true;
    Manifest broken = Specs.manifest("Math", new Run.Command("b"), Duration.ofSeconds(30));
    test.put(Specs.scaled(broken, 0, 3));
    test.event(event -> event.type().equals("rollout.failed"));
    test.fleet.scaleByLoad(MATH, 2, "busy");
    test.until("Math", view -> view.healthy() == 2);
    test.fleet.scaleByLoad(MATH, 0, "quiet");
    test.until("Math", view -> view.healthy() == 1);
    assertThat(facts().desired()).isEqualTo(1);
  }

  @Test
  void startingAnIdleOneByHandBringsOne() {
    put(0, 3);
    test.until("Math", view -> view.healthy() == 1);
    idle();
    AgentSpec spec = test.edit("Math", was -> was);
    Operation started = test.track("start", spec);
    assertThat(started.state()).isEqualTo(Operation.State.DONE);
    test.until("Math", view -> view.healthy() == 1);
  }

  @Test
  void anotherGatewayLeavesEverythingAsItRuns() {
    put(0, 5);
    test.until("Math", view -> view.healthy() == 1);
    test.fleet.scaleByLoad(MATH, 3, "busy");
    test.until("Math", view -> view.healthy() == 3);
    List<Replica> before = test.view("Math").routable();
    test.reopen();
    test.until("Math", view -> view.healthy() == 3);
    assertThat(test.view("Math").routable())
        .extracting(Replica::id)
        .containsExactlyElementsOf(before.stream().map(Replica::id).toList());
    assertThat(facts().desired()).isEqualTo(3);
    idle();
    test.reopen();
    test.until("Math", view -> view.state() == AgentState.IDLE);
  }

  private void put(int min, int max) {
    Manifest plain = Specs.manifest("Math", new Run.Command("a"), Duration.ofSeconds(30));
    test.put(Specs.scaled(plain, min, max));
  }

  private void idle() {
    test.fleet.scaleByLoad(MATH, 0, "quiet");
    test.until("Math", view -> view.state() == AgentState.IDLE && view.routable().isEmpty());
  }

  private ScalingFacts facts() {
    return test.fleet.scaling().stream()
        .filter(agent -> agent.name().equals(MATH))
        .findFirst()
        .orElseThrow();
  }
}
