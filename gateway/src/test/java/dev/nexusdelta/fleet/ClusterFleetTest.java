package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.ClusterScene.Gateway;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placing.ClusterShares;
import dev.nexusdelta.placing.MemoryCluster;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fleets that obey a leader, over hosts whose replicas are real servers. */
@NullUnmarked // a null fails the test as well
@Timeout(120)
class ClusterFleetTest {
  private final MemoryCluster cluster = new MemoryCluster();
  private final ClusterScene scene = new ClusterScene(cluster);

  @AfterEach
  void close() {
    scene.close();
  }

  private Gateway open(String name) {
    return scene.gateway(name).open(cluster.join(name));
  }

  private Gateway leader(String name) {
    Gateway gateway = scene.gateway(name);
    gateway.leads = true;
    return gateway.open(cluster.join(name));
  }

  @Test
  void operationsEndWellOnAGatewayThatRunsNone() {
    Gateway a = leader("a");
    Gateway b = open("b");
    b.codes.put("math", "other");
    AgentSpec spec = scene.put("math", "one");
    b.done("start", spec);
    scene.untilRuns(Map.of("a", 1, "b", 0));
    b.done("scale", scene.edit("math", was -> Specs.pinned(was, 3)));
    scene.untilRuns(Map.of("a", 3, "b", 0));
    AgentStatus status = b.status("math");
    assertThat(status.desired()).isEqualTo(3);
    assertThat(status.ready()).isEqualTo(3);
    assertThat(status.state()).isEqualTo(AgentState.HEALTHY);
    assertThat(status.serving()).isPresent().isEqualTo(status.target());
    assertThat(status.placement())
        .containsExactly(
            new AgentStatus.Place("a", 3, 3, ""),
            new AgentStatus.Place("b", 0, 0, "holds other code of it"));
    assertThat(status.replicas()).isEmpty();
    b.done("restart", scene.edit("math", Specs::restarted));
    b.done("stop", scene.edit("math", was -> Specs.enabled(was, false)));
    scene.untilRuns(Map.of("a", 0, "b", 0));
    b.done("start", scene.edit("math", was -> Specs.enabled(was, true)));
    b.done("delete", scene.edit("math", Specs::deleted));
    scene.until("its placement is gone", () -> cluster.assignment("math") == null);
    assertThat(a.runs()).isZero();
  }

  @Test
  void replicasAreSpreadAndALostHostsOnesComeUpElsewhere() {
    Gateway a = leader("a");
    Gateway b = open("b");
    open("c");
    AgentSpec spec = scene.put("math", "one");
    a.done("start", spec);
    a.done("scale", scene.edit("math", was -> Specs.pinned(was, 3)));
    scene.untilRuns(Map.of("a", 1, "b", 1, "c", 1));
    b.die();
    cluster.lose("b");
    scene.until("all are up again", () -> a.runs() + scene.gateways.get("c").runs() == 3);
    scene.until("all know", () -> a.status("math").ready() == 3);
    assertThat(events(a, "agent.moved")).isNotEmpty().allMatch(text -> text.contains("b 1 -> 0"));
  }

  @Test
  void adrainedHostIsEmptiedWithoutAGap() {
    Gateway a = leader("a");
    Gateway b = open("b");
    AgentSpec spec = scene.put("math", "one");
    a.done("start", spec);
    scene.untilRuns(Map.of("a", 1, "b", 0));
    b.host.behaviour("one").health = 503;
    cluster.drain("a", true);
    scene.until("one is started there", () -> b.runs() == 1);
    assertThat(a.runs()).isEqualTo(1);
    assertThat(a.status("math").ready()).isEqualTo(1);
    b.host.behaviour("one").health = 200;
    scene.untilRuns(Map.of("a", 0, "b", 1));
    a.done("scale", scene.edit("math", was -> Specs.pinned(was, 2)));
    scene.untilRuns(Map.of("a", 0, "b", 2));
    cluster.drain("a", false);
    a.done("scale", scene.edit("math", was -> Specs.pinned(was, 3)));
    scene.untilRuns(Map.of("a", 1, "b", 2));
    assertThat(events(a, "agent.moved")).anyMatch(text -> text.contains("a: draining"));
  }

  @Test
  void anotherLeaderChangesNothing() {
    Gateway a = leader("a");
    Gateway b = open("b");
    AgentSpec spec = scene.put(Specs.scaled(ClusterScene.manifest("math", "one"), 1, 5));
    a.done("start", spec);
    a.fleet.scaleByLoad(spec.name(), 4, "test");
    scene.untilRuns(Map.of("a", 2, "b", 2));
    scene.until("b knows", () -> b.status("math").desired() == 4 && b.status("math").ready() == 4);
    long term = cluster.assignment("math").term();
    a.leads = false;
    b.leads = true;
    scene.until("b leads", () -> cluster.assignment("math").term() > term);
    Assignment said = cluster.assignment("math");
    assertThat(said.spread().shares()).isEqualTo(Map.of("a", 2, "b", 2));
    assertThat(published("math", term + 1)).allMatch(it -> it.spread().total() == 4);
    b.fleet.scaleByLoad(spec.name(), 3, "test");
    scene.until("one ends", () -> scene.runs().values().stream().mapToInt(n -> n).sum() == 3);
    scene.until("a knows", () -> a.status("math").desired() == 3);
  }

  @Test
  void oneThatWasAloneKeepsItsReplicasWhenOthersCome() {
    Gateway a = scene.gateway("a");
    a.shares = ClusterShares.unused();
    a.open(cluster.join("a"));
    a.done("start", scene.put("math", "one"));
    List<FakeHost.Running> before = FleetHarness.get(a.host.running());
    a.shares.use(List.of("math"));
    a.leads = true;
    scene.until("it is placed", () -> a.status("math").placement().size() == 1);
    assertThat(FleetHarness.get(a.host.running())).isEqualTo(before).hasSize(1);
  }

  @Test
  void whatRunsIsAdoptedWhenNobodyHasDecidedYet() {
    Gateway a = leader("a");
    Gateway b = open("b");
    AgentSpec spec = scene.put(Specs.scaled(ClusterScene.manifest("math", "one"), 1, 5));
    a.done("start", spec);
    a.fleet.scaleByLoad(spec.name(), 4, "test");
    scene.untilRuns(Map.of("a", 2, "b", 2));
    // All gateways end, the replicas do not.
    MemoryCluster next = new MemoryCluster();
    for (Gateway gateway : List.of(b, a)) {
      gateway.placing.close();
      FleetHarness.get(gateway.fleet.close());
    }
    b.open(next.join("b"));
    a.open(next.join("a"));
    scene.until("it is decided", () -> next.assignment("math") != null);
    scene.until("all four count", () -> a.status("math").ready() == 4);
    assertThat(next.published).allMatch(said -> said.spread().total() == 4);
    assertThat(scene.runs()).isEqualTo(Map.of("a", 2, "b", 2));
  }

  @Test
  void withoutALeaderEveryHostKeepsWhatItHasAndWhatIsStoppedEnds() {
    Gateway a = leader("a");
    Gateway b = open("b");
    AgentSpec spec = scene.put("math", "one");
    a.done("start", spec);
    a.done("scale", scene.edit("math", was -> Specs.pinned(was, 2)));
    scene.untilRuns(Map.of("a", 1, "b", 1));
    a.leads = false;
    AgentSpec more = scene.edit("math", was -> Specs.pinned(was, 6));
    scene.put("new", "two");
    scene.until("b follows", () -> b.status("math").revision() == more.revision());
    scene.until("b knows the new one", () -> b.fleet.status(new AgentName("new")).isPresent());
    assertThat(scene.runs()).isEqualTo(Map.of("a", 1, "b", 1));
    b.done("stop", scene.edit("math", was -> Specs.enabled(was, false)));
    scene.untilRuns(Map.of("a", 0, "b", 0));
  }

  @Test
  void whatNobodyMayStartElsewhereIsToldAndNotWaitedFor() {
    Gateway a = leader("a");
    Gateway b = open("b");
    a.codes.put("math", "other");
    b.done("start", scene.put("math", "one"));
    b.done("start", scene.put("both", "two"));
    b.done("scale", scene.edit("both", was -> Specs.pinned(was, 2)));
    scene.until("it is ready", () -> a.status("math").ready() == 1);
    scene.until("so are both", () -> a.status("both").ready() == 2);
    a.leads = false;
    a.led = false;
    b.die();
    cluster.lose("b");
    String reason = "no majority: nothing is started elsewhere";
    scene.until("it is told", () -> a.status("math").reason().equals(reason));
    Problem told = a.fleet.view().agent("math").unavailable().orElseThrow();
    assertThat(told.code()).isEqualTo(ProblemCode.START_FAILED);
    assertThat(told.detail()).endsWith(reason);
    scene.until(
        "of what runs here, too", () -> a.status("both").reason().equals("b is away; " + reason));
    assertThat(a.status("both").state()).isEqualTo(AgentState.DEGRADED);
    assertThat(a.fleet.view().agent("both").unavailable()).isEmpty();
    assertThat(a.status("math").placement())
        .contains(new AgentStatus.Place("b", 1, 0, "it is away; " + reason));
    // One leads again, and what was lost is to run anew.
    a.codes.put("math", "c0");
    a.led = true;
    a.leads = true;
    scene.until("it is healthy", () -> a.status("math").state() == AgentState.HEALTHY);
  }

  @Test
  void whatDoesNotStartOnOneHostIsStartedOnAnother() {
    Gateway a = leader("a");
    Gateway b = open("b");
    a.host.behaviour("one").crashesAtStart = true;
    a.done("start", scene.put("math", "one"));
    scene.untilRuns(Map.of("a", 0, "b", 1));
    scene.until(
        "it is told why",
        () -> b.status("math").placement().get(0).reason().startsWith("start failed: "));
  }

  @Test
  void whatStartsNowhereFails() {
    Gateway a = leader("a");
    Gateway b = open("b");
    for (Gateway gateway : List.of(a, b)) {
      gateway.host.behaviour("one").crashesAtStart = true;
    }
    Operation ended = b.track("start", scene.put("math", "one"));
    assertThat(ended.state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended.detail()).contains("start failed");
    scene.until("all know", () -> b.status("math").state() == AgentState.FAILED);
  }

  @Test
  void whatNoHostHoldsIsToldAndNotWaitedFor() {
    Gateway a = leader("a");
    Gateway b = open("b");
    a.codes.put("math", "other");
    b.codes.put("math", "");
    Operation ended = b.track("start", scene.put("math", "one"));
    assertThat(ended.state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended.detail())
        .isEqualTo(
            "1 of 1 replica(s) can run on no host: a: holds other code of it; b: holds no code of"
                + " it");
    assertThat(events(a, "agent.unplaced")).hasSize(1);
    // The code comes.
    b.codes.put("math", "c0");
    scene.untilRuns(Map.of("a", 0, "b", 1));
    scene.until("it is healthy", () -> a.status("math").state() == AgentState.HEALTHY);
  }

  @Test
  void anIdleOneIsStartedFromAnyGateway() {
    Gateway a = leader("a");
    Gateway b = open("b");
    AgentSpec spec = scene.put(Specs.scaled(ClusterScene.manifest("math", "one"), 0, 5));
    a.done("start", spec);
    a.fleet.scaleByLoad(spec.name(), 0, "test");
    scene.untilRuns(Map.of("a", 0, "b", 0));
    scene.until("b knows", () -> b.status("math").state() == AgentState.IDLE);
    b.done("start", spec);
    scene.until("one runs", () -> scene.runs().values().stream().mapToInt(n -> n).sum() == 1);
    assertThat(a.status("math").desired()).isEqualTo(1);
  }

  @Test
  void aReleaseIsReplacedOnEveryHost() {
    Gateway a = leader("a");
    Gateway b = open("b");
    a.done("start", scene.put("math", "one"));
    a.done("scale", scene.edit("math", was -> Specs.pinned(was, 2)));
    scene.untilRuns(Map.of("a", 1, "b", 1));
    b.done("change", scene.put("math", "two"));
    for (Gateway gateway : List.of(a, b)) {
      scene.until(
          "the new one serves",
          () -> gateway.status("math").serving().equals(gateway.status("math").target()));
    }
    assertThat(scene.runs()).isEqualTo(Map.of("a", 1, "b", 1));
  }

  private List<Assignment> published(String agent, long term) {
    synchronized (cluster) {
      return cluster.published.stream()
          .filter(it -> it.agent().equals(agent) && it.term() == term)
          .toList();
    }
  }

  private static List<String> events(Gateway gateway, String type) {
    return gateway.fleet.events().recent().stream()
        .filter(event -> event.type().equals(type))
        .map(FleetEvent::reason)
        .toList();
  }
}
