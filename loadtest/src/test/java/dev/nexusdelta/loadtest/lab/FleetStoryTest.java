package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetStoryTest {
  private final List<FleetStory.Sample> samples = new ArrayList<>();
  private final List<FleetStory.Event> events = new ArrayList<>();

  private final Map<String, Map<String, String>> phases = new HashMap<>();

  private FleetStory story() {
    return new FleetStory(samples, events, phases, Map.of("x-2", 12.9, "x-3", 13.4));
  }

  private void event(double second, String type, String replica) {
    events.add(new FleetStory.Event(second, second + 0.01, type, "X", replica, "", ""));
  }

  private void sample(double second, int ready, int all) {
    samples.add(new FleetStory.Sample(second, "x", all, ready, all));
  }

  @Test
  void aDecisionIsTheEventThatSaysSo() {
    event(3, "agent.scaled", "");
    event(10.4, "agent.scaled", "");
    event(10.5, "replica.starting", "x-2");
    assertThat(story().decidedAfter(10)).hasValue(10.4);
  }

  @Test
  void withoutSuchAnEventItIsTheFirstStart() {
    event(10.5, "replica.starting", "x-2");
    event(10.4, "agent.scale-bound", "");
    assertThat(story().decidedAfter(10)).hasValue(10.5);
    assertThat(story().decidedAfter(11)).isEmpty();
  }

  @Test
  void aNewReplicaServesFromItsFirstAnswer() {
    event(10.5, "replica.starting", "x-3");
    event(10.6, "replica.starting", "x-2");
    event(12.8, "replica.healthy", "x-2");
    FleetStory.Start first = story().firstServingAfter(10).orElseThrow();
    assertThat(first.replica()).isEqualTo("x-2");
    assertThat(first.firstAnswer()).hasValue(12.9);
    assertThat(first.took().orElseThrow()).isBetween(2.199, 2.201);
    assertThat(story().starts().get(0).took()).isEmpty();
  }

  @Test
  void aStartBeginsBeforeTheContainerRuns() {
    event(10.6, "replica.starting", "x-2");
    event(12.8, "replica.healthy", "x-2");
    phases.put("x-2", Map.of("create", "0.5s", "start", "1.3s", "ready", "2.2s"));
    assertThat(story().starts().get(0).took().orElseThrow()).isBetween(3.999, 4.001);
  }

  @Test
  void fewReplicasCountOnlyIfTheyStayFew() {
    sample(9, 1, 1);
    sample(61, 3, 3);
    sample(62, 1, 1);
    sample(63, 1, 2);
    sample(64, 1, 1);
    sample(65, 1, 1);
    assertThat(story().noMoreThan("X", 1, 60)).hasValue(64);
    assertThat(story().noMoreThan("X", 0, 60)).isEmpty();
    assertThat(story().noMoreThan("X", 3, 60)).as("not from before that second").hasValue(61);
    assertThat(story().readyBefore("X", 10)).isEqualTo(1);
    assertThat(story().mostReady("X")).isEqualTo(3);
    assertThat(story().changes("X")).isEqualTo(4);
  }
}
