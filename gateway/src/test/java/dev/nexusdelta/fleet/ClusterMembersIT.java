package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.hazelcast.ClusterSettings;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastPlacement;
import dev.nexusdelta.fleet.ClusterScene.Gateway;
import dev.nexusdelta.placement.Seal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fleets placed through real members of a cluster, the leader of which is lost. */
@NullUnmarked // a null fails the test as well
@Timeout(180)
class ClusterMembersIT {
  private final ClusterScene scene = new ClusterScene();
  private final Map<String, HazelcastMember> members = new TreeMap<>();

  @AfterEach
  void close() {
    members.values().forEach(member -> FleetHarness.get(member.close()));
    scene.close();
  }

  private Gateway join(String name, String... others) {
    HazelcastMember member =
        HazelcastMember.create(
            scene.vertx,
            new ClusterSettings(
                name, "members-it", "127.0.0.1", 0, false, List.of(others), Map.of()));
    members.put(name, member);
    // First of all: who leads is known before anything that is published.
    AtomicBoolean leads = new AtomicBoolean(true);
    member.whenChanged(present -> leads.set(present.get(0).self()));
    Gateway gateway =
        scene.gateway(name).open(new HazelcastPlacement(member, Seal.NONE), leads::get);
    FleetHarness.get(member.join().joined());
    return gateway;
  }

  /** Its power is gone: no word of farewell. */
  private void lose(Gateway gateway) {
    String instance = FleetHarness.get(members.get(gateway.name).instanceName());
    gateway.die();
    Hazelcast.getHazelcastInstanceByName(instance).getLifecycleService().terminate();
  }

  @Test
  void sharesMoveWhenTheLeadersMachineIsLostAndBackNothingMoves() {
    Gateway a = join("a");
    String seed = FleetHarness.get(members.get("a").address());
    Gateway b = join("b", seed);
    Gateway c = join("c", seed);
    scene.until("all know each other", () -> b.placing.gateways().size() == 3);
    scene.until("so does the last", () -> c.placing.gateways().size() == 3);
    AgentSpec spec = scene.put("math", "one");
    c.done("start", spec);
    c.done("scale", scene.edit("math", was -> Specs.pinned(was, 3)));
    scene.untilRuns(Map.of("a", 1, "b", 1, "c", 1));
    assertThat(c.status("math").ready()).isEqualTo(3);

    lose(a);
    scene.until("those who are left run all", () -> b.runs() + c.runs() == 3);
    scene.until("all are ready", () -> c.status("math").ready() == 3);
    assertThat(scene.runs().values()).containsExactlyInAnyOrder(1, 2);

    Map<String, Integer> before = scene.runs();
    Gateway back = join("d", FleetHarness.get(members.get("b").address()));
    scene.until("it is there", () -> c.placing.gateways().contains("d"));
    c.done("scale", scene.edit("math", was -> Specs.pinned(was, 4)));
    assertThat(back.runs()).isEqualTo(1);
    before.put("d", 1);
    assertThat(scene.runs()).isEqualTo(before);

    FleetHarness.get(c.placing.drain("b", true));
    scene.until("b is empty", () -> b.runs() == 0);
    scene.until("and nothing is missing", () -> c.status("math").ready() == 4);
    assertThat(c.runs() + back.runs()).isEqualTo(4);
    c.done("stop", scene.edit("math", was -> Specs.enabled(was, false)));
    scene.untilRuns(Map.of("b", 0, "c", 0, "d", 0));
  }
}
