package dev.nexusdelta.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.ScalingFacts;
import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.FleetRoom;
import dev.nexusdelta.scaling.LoadLedger;
import dev.nexusdelta.scaling.ScalingState;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentTurnsTest {
  private final Scene scene = new Scene();
  private final DecisionLog log = new DecisionLog();
  private final Fixed policy = new Fixed(3);

  @AfterEach
  void close() {
    scene.close();
  }

  private AgentTurns turns() {
    AgentTurns turns =
        new AgentTurns(scene.parts(), new LoadLedger(Duration.ofSeconds(3)), log, policy);
    turns.begin();
    return turns;
  }

  @Test
  void tellsTheFleetAndKeepsWhatItDecidedAndFromWhat() {
    AgentTurns turns = turns();
    turns.all(scene.agent("A", 1).scaling());
    assertThat(scene.told).containsExactly("a=3 so it is wished");
    assertThat(scene.counted)
        .containsExactly("nexus_scale_decisions_total[agent, a, direction, up, reason, test]");
    turns.all(scene.scaling());
    scene.passes(Duration.ofSeconds(1));
    turns.all(scene.scaling());
    policy.wish = 0;
    turns.all(scene.scaling());
    assertThat(scene.told).last().isEqualTo("a=0 so it is wished");
    assertThat(scene.counted)
        .hasSize(2)
        .last()
        .isEqualTo("nexus_scale_decisions_total[agent, a, direction, down, reason, test]");
    List<DecisionEntry> kept = log.of("a", 9);
    assertThat(kept).extracting(entry -> entry.decision().replicas()).containsExactly(0, 3, 3);
    assertThat(kept).extracting(DecisionEntry::count).containsExactly(1L, 2L, 1L);
    assertThat(kept.get(1).last()).isAfter(kept.get(1).first());
    assertThat(kept.get(2).input().startTime()).isEqualTo(Duration.ofMillis(300));
    assertThat(kept.get(2).settings().max()).isEqualTo(9);
  }

  @Test
  void looksOnlyAtAgentsThatFollowTheirLoad() {
    ScalingFacts scaled = Scene.facts("A", 1, "{max: 5, target-rps: 10}");
    for (ScalingFacts other :
        List.of(
            Scene.facts("A", 1, ""),
            Scene.pinned(scaled, OptionalInt.of(2)),
            Scene.stopped(scaled),
            Scene.elsewhere(scaled))) {
      turns().all(scene.agent(other).scaling());
    }
    assertThat(policy.inputs).isEmpty();
    assertThat(log.isEmpty()).isTrue();
  }

  @Test
  void whatMustStayCountsAsTheFewest() {
    ScalingFacts scaled = Scene.facts("A", 1, "{min: 0, max: 5, target-rps: 10}");
    turns().all(scene.agent(Scene.keeping(scaled, 1)).scaling());
    assertThat(log.of("a", 1).get(0).settings().min()).isEqualTo(1);
  }

  @Test
  void lookedAtAloneAnAgentLeavesTheOthersAsTheyAre() {
    turns().some(scene.agent("A", 1).agent("B", 1).scaling(), Set.of("b"));
    assertThat(scene.told).containsExactly("b=3 so it is wished");
  }

  @Test
  void doesNotRepeatWhatTheFleetHasNotShownYet() {
    scene.slow = true;
    AgentTurns turns = turns();
    turns.all(scene.agent("A", 1).scaling());
    scene.passes(Duration.ofMillis(100));
    turns.all(scene.scaling());
    assertThat(scene.told).hasSize(1);
    scene.passes(Duration.ofSeconds(1));
    turns.all(scene.scaling());
    assertThat(scene.told).as("the fleet did not do it: told again").hasSize(2);
  }

  @Test
  void remembersAnAgentUntilItsNumberIsPinned() {
    ScalingFacts free = Scene.facts("A", 3, "{max: 5, target-rps: 10}");
    AgentTurns turns = turns();
    turns.all(scene.agent(free).scaling());
    turns.all(scene.scaling());
    turns.all(scene.agent(Scene.pinned(free, OptionalInt.of(2))).scaling());
    turns.all(scene.agent(free).scaling());
    turns.all(scene.scaling());
    List<ScalingState> states = policy.states;
    assertThat(states).hasSize(4);
    scene.passes(Duration.ofSeconds(1));
    turns.begin();
    turns.all(scene.scaling());
    assertThat(Set.copyOf(policy.states)).as("each is another one").hasSize(5);
  }

  @Test
  void oneAgentsTroubleIsItsOwn() {
    policy.breaksAt = 2;
    turns().all(scene.agent("A", 1).agent("B", 2).agent("C", 1).scaling());
    assertThat(scene.told).containsExactlyInAnyOrder("a=3 so it is wished", "c=3 so it is wished");
  }

  @Test
  void addsNoMoreOfWhatDoesNotStart() {
    AgentTurns turns = turns();
    turns.all(scene.agent(Scene.failing(Scene.facts("A", 2, "{max: 5}"), "exit 1")).scaling());
    turns.all(scene.agent(Scene.failing(Scene.facts("A", 0, "{max: 5}"), "exit 1")).scaling());
    assertThat(policy.inputs).extracting(input -> input.room()).containsExactly(2, 1);
    assertThat(policy.inputs).extracting(input -> input.roomBy()).containsOnly("start failed");
    assertThat(scene.told).containsExactly("a=1 so it is wished");
  }

  @Test
  void givesTheRoomThatIsLeftOnlyOnce() {
    scene.caps = FleetRoom.within(OptionalInt.of(5), OptionalLong.empty());
    AgentTurns turns = turns();
    turns.all(scene.agent("A", 1).agent("B", 1).scaling());
    assertThat(scene.told).containsExactlyInAnyOrder("a=3 so it is wished", "b=2 so it is wished");
    turns.all(scene.scaling());
    turns.all(scene.scaling());
    assertThat(scene.seen)
        .as("said once, of the one that is bound")
        .containsExactly(
            "agent.scale-bound B by autoscaler: fleet.replicas allows no more than 2 replicas");
    assertThat(scene.counted).filteredOn(it -> it.contains("none")).hasSize(1);
    assertThat(scene.scaling()).as("nothing is taken away for it").hasSize(2);
  }
}
