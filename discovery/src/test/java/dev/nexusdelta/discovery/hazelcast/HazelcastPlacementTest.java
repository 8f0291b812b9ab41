package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.HostedAgent;
import dev.nexusdelta.placement.PlacementChannel;
import dev.nexusdelta.placement.PlacementTexts;
import dev.nexusdelta.placement.Seal;
import dev.nexusdelta.placement.Spread;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastPlacementTest {
  private static final Spread SPREAD = new Spread(1, 2, Map.of("a", 1, "b", 1), Map.of(), 0, true);

  /** As a signature would: what is not sealed is not believed. */
  private static final Seal SEAL =
      new Seal(
          text -> "sealed:" + text,
          text ->
              text.startsWith("sealed:")
                  ? Optional.of(text.substring("sealed:".length()))
                  : Optional.empty());

  private final Vertx vertx = Vertx.vertx();
  private final List<HazelcastMember> members = new ArrayList<>();

  /** One gateway's end of the channel, and what it knows by it. */
  private final class Gateway implements PlacementChannel.Listener {
    final String name;
    final HazelcastMember member;
    final HazelcastPlacement channel;
    final Map<String, HostReport> hosts = new ConcurrentSkipListMap<>();
    final Map<String, Assignment> assignments = new ConcurrentHashMap<>();

    Gateway(String name, String... others) {
      this.name = name;
      member =
          HazelcastMember.create(
              vertx,
              new ClusterSettings(
                  name, "placement", "127.0.0.1", 0, false, List.of(others), Map.of()));
      members.add(member);
      channel = new HazelcastPlacement(member, SEAL);
      channel.listen(this);
    }

    Gateway joined() {
      await(member.join().joined());
      await(channel.open());
      return this;
    }

    void reports(int ready) {
      HostedAgent math =
          new HostedAgent(1, "c", ready, ready, ready, ready, 0, false, false, "", 0);
      await(
          channel.report(
              new HostReport(name, 1, ready, Set.of("process"), 2, 0, Map.of("math", math))));
    }

    int ready(String gateway) {
      HostReport report = hosts.get(gateway);
      return report == null ? -1 : report.agent("math").ready();
    }

    @Override
    public void all(Map<String, HostReport> allHosts, Map<String, Assignment> all) {
      hosts.keySet().retainAll(allHosts.keySet());
      allHosts.values().forEach(this::reported);
      assignments.keySet().retainAll(all.keySet());
      all.values().forEach(this::assigned);
    }

    @Override
    public void reported(HostReport report) {
      hosts.merge(report.gateway(), report, (was, now) -> now.isAfter(was) ? now : was);
    }

    @Override
    public void left(String gateway) {
      hosts.remove(gateway);
    }

    @Override
    public void assigned(Assignment assignment) {
      assignments.merge(assignment.agent(), assignment, (was, now) -> now.isAfter(was) ? now : was);
    }

    @Override
    public void forgotten(String agent) {
      assignments.remove(agent);
    }
  }

  @AfterEach
  void close() {
    members.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  @Test
  void allHearAllAndWhoComesLaterHearsItToo() {
    Gateway a = new Gateway("a").joined();
    Gateway b = new Gateway("b", await(a.member.address())).joined();
    a.reports(1);
    b.reports(2);
    until(() -> a.ready("b") == 2 && b.ready("a") == 1);
    b.reports(3);
    until(() -> a.ready("b") == 3);
    Assignment said = new Assignment("math", 1, 1, SPREAD);
    await(a.channel.assign(said));
    until(() -> said.equals(b.assignments.get("math")));

    Gateway c = new Gateway("c", await(a.member.address())).joined();
    until(() -> c.ready("a") == 1 && c.ready("b") == 3);
    until(() -> said.equals(c.assignments.get("math")));

    await(a.channel.forget("math"));
    until(() -> b.assignments.isEmpty() && c.assignments.isEmpty());
  }

  @Test
  void aHostGoesWithItsGatewayAndTheRestStays() {
    Gateway a = new Gateway("a").joined();
    String seed = await(a.member.address());
    Gateway b = new Gateway("b", seed).joined();
    Gateway c = new Gateway("c", seed).joined();
    a.reports(1);
    b.reports(2);
    c.reports(3);
    await(a.channel.assign(new Assignment("math", 1, 1, SPREAD)));
    until(() -> c.ready("a") == 1 && b.ready("a") == 1);
    until(() -> c.ready("b") == 2 && b.ready("c") == 3);
    // Each entry has its copy on another member.
    until(() -> await(a.member.run(hazelcast -> hazelcast.getPartitionService().isClusterSafe())));
    // The leader's machine loses its power.
    await(
        a.member.run(
            hazelcast -> {
              hazelcast.getLifecycleService().terminate();
              return null;
            }));
    until(() -> b.ready("a") == -1 && c.ready("a") == -1);
    assertThat(b.ready("c")).isEqualTo(3);
    assertThat(c.ready("b")).isEqualTo(2);
    until(() -> b.assignments.containsKey("math"));
  }

  @Test
  void whatIsNotSealedOrIsNoneIsIgnored() {
    Gateway a = new Gateway("a").joined();
    Gateway b = new Gateway("b", await(a.member.address())).joined();
    String forged = PlacementTexts.text(new Assignment("math", 9, 9, SPREAD));
    put(a, HazelcastConfig.PLACEMENT, "math", forged);
    put(a, HazelcastConfig.PLACEMENT, "other", SEAL.sign().apply(forged));
    put(a, HazelcastConfig.PLACEMENT, "none", SEAL.sign().apply("nonsense"));
    put(a, HazelcastConfig.HOSTS, "x", "uuid|{\"gateway\":\"x\"}");
    Assignment last = new Assignment("last", 1, 1, SPREAD);
    await(a.channel.assign(last));
    a.reports(1);
    Gateway later = new Gateway("c", await(a.member.address())).joined();
    for (Gateway gateway : List.of(b, later)) {
      until(() -> gateway.assignments.containsKey("last") && gateway.ready("a") == 1);
      assertThat(gateway.assignments).containsOnlyKeys("last");
      assertThat(gateway.hosts).containsOnlyKeys("a");
    }
  }

  private static void put(Gateway gateway, String map, String key, String text) {
    await(
        gateway.member.run(
            (HazelcastInstance hazelcast) -> {
              hazelcast.<String, String>getMap(map).set(key, text);
              return null;
            }));
  }

  private static void until(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
