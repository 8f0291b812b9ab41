package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.RemoteReplicas.RemoteReplica;
import dev.nexusdelta.discovery.ReplicaRecord;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastReplicasTest {
  private static final Seal SEAL = Seal.of("the same secret");

  private final Vertx vertx = Vertx.vertx();
  private final List<HazelcastMember> members = new ArrayList<>();

  @AfterEach
  void close() {
    members.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  private HazelcastMember member(String gateway, Map<String, String> attributes, String... others) {
    HazelcastMember member =
        HazelcastMember.create(
                vertx,
                new ClusterSettings(
                    gateway, "hop-test", "127.0.0.1", 0, false, List.of(others), attributes))
            .join();
    members.add(member);
    return member;
  }

  private static ReplicaRecord replica(String id, String gateway, String state, ToolInfo... tools) {
    return new ReplicaRecord(
        id,
        new AgentName("DataAgent"),
        "1.0.0",
        "abc",
        gateway,
        "process",
        "127.0.0.1",
        8081,
        state,
        Instant.EPOCH,
        3,
        List.of(tools),
        OptionalLong.of(4_000_000_000L),
        Optional.of("c0ffee"));
  }

  private static Map<String, String> way(String url) {
    return Map.of("url", "http://balancer", "hop", HazelcastReplicas.way(SEAL, url));
  }

  /** What one gateway is told, one list after the other. */
  private static BlockingQueue<List<RemoteReplica>> seenBy(HazelcastMember member) {
    BlockingQueue<List<RemoteReplica>> seen = new LinkedBlockingQueue<>();
    HazelcastReplicas replicas = new HazelcastReplicas(member, SEAL);
    replicas.watch(seen::add);
    await(replicas.following());
    return seen;
  }

  private static List<RemoteReplica> until(
      BlockingQueue<List<RemoteReplica>> seen, Predicate<List<RemoteReplica>> holds)
      throws InterruptedException {
    while (true) {
      List<RemoteReplica> next = seen.poll(60, TimeUnit.SECONDS);
      assertThat(next).as("still not so").isNotNull();
      if (next != null && holds.test(next)) {
        return next;
      }
    }
  }

  @Test
  void tellsOfTheReplicasOfOthersWithTheWayToThem() throws Exception {
    HazelcastMember first = member("g1", way("http://g1"));
    BlockingQueue<List<RemoteReplica>> seen = seenBy(first);
    HazelcastMember second = member("g2", way("http://g2"), await(first.address()));
    HazelcastDirectory own = new HazelcastDirectory(first);
    HazelcastDirectory others = new HazelcastDirectory(second);
    ToolInfo tool = new ToolInfo("sum", "Sums", "{}", "", true, false, true);

    await(own.publish(replica("mine", "g1", "healthy")));
    await(others.publish(replica("b", "g2", "healthy", tool)));
    RemoteReplica one = until(seen, list -> list.size() == 1).get(0);
    assertThat(one.replica()).isEqualTo(replica("b", "g2", "healthy", tool));
    assertThat(one.url()).isEqualTo("http://g2");

    await(others.publish(replica("a", "g2", "suspect")));
    assertThat(until(seen, list -> list.size() == 2))
        .extracting(each -> each.replica().id())
        .containsExactly("a", "b");
    await(others.publish(replica("b", "g2", "draining")));
    assertThat(until(seen, list -> list.size() == 1).get(0).replica().id()).isEqualTo("a");
    await(others.withdraw("a"));
    until(seen, List::isEmpty);

    // Whoever comes later is told of what there is.
    assertThat(until(seenBy(second), list -> list.size() == 1).get(0).url()).isEqualTo("http://g1");
  }

  @Test
  void replicasLeaveWithTheirGateway() throws Exception {
    HazelcastMember first = member("g1", way("http://g1"));
    BlockingQueue<List<RemoteReplica>> seen = seenBy(first);
    HazelcastMember second = member("g2", way("http://g2"), await(first.address()));
    HazelcastMember third = member("g3", way("http://g3"), await(first.address()));
    HazelcastDirectory twos = new HazelcastDirectory(second);
    for (int i = 0; i < 40; i++) {
      twos.publish(replica("two-" + i, "g2", "healthy"));
    }
    await(new HazelcastDirectory(third).publish(replica("three", "g3", "healthy")));
    until(seen, list -> list.size() == 41);

    // Without a farewell, as if its machine had lost its power.
    await(
        second.run(
            hazelcast -> {
              hazelcast.getLifecycleService().terminate();
              return true;
            }));

    assertThat(until(seen, list -> list.size() == 1).get(0).replica().id()).isEqualTo("three");
  }

  @Test
  void whatTheTableHasLostIsWrittenAgainAndCountsMeanwhile() throws Exception {
    HazelcastMember first = member("g1", way("http://g1"));
    BlockingQueue<List<RemoteReplica>> seen = seenBy(first);
    HazelcastMember second = member("g2", way("http://g2"), await(first.address()));
    HazelcastMember third = member("g3", way("http://g3"), await(first.address()));
    HazelcastDirectory twos = new HazelcastDirectory(second);
    await(twos.publish(replica("two", "g2", "healthy")));
    await(twos.publish(replica("too", "g2", "healthy")));
    // Of this one its owner knows no more: it has missed that it ended.
    await(
        second.run(
            hazelcast -> {
              String self = hazelcast.getCluster().getLocalMember().getUuid().toString();
              Map<String, String> table = hazelcast.getMap(HazelcastConfig.REPLICAS);
              return table.put("orphan", record(self, "Math", new JsonObject()).encode());
            }));
    until(seen, list -> list.size() == 3);

    // As if all that held a copy had been killed at once: nobody is told of what is lost.
    await(
        first.run(
            hazelcast -> {
              hazelcast.getMap(HazelcastConfig.REPLICAS).evictAll();
              return true;
            }));
    await(third.close());

    while (await(first.run(it -> it.getMap(HazelcastConfig.REPLICAS).size())) < 2) {
      Thread.onSpinWait();
    }
    await(twos.withdraw("too"));
    // What nobody writes again goes in its time; the other one was never gone.
    until(
        seen,
        list -> {
          List<String> ids = list.stream().map(each -> each.replica().id()).toList();
          assertThat(ids).contains("two");
          return ids.equals(List.of("two"));
        });
  }

  @Test
  void toleratesWhatOthersWrite() throws Exception {
    HazelcastMember first = member("g1", way("http://g1"));
    BlockingQueue<List<RemoteReplica>> seen = seenBy(first);
    HazelcastMember second = member("g2", way("http://g2"), await(first.address()));
    await(
        second.run(
            hazelcast -> {
              String self = hazelcast.getCluster().getLocalMember().getUuid().toString();
              Map<String, String> table = hazelcast.getMap(HazelcastConfig.REPLICAS);
              table.put("garbage", "{not json");
              table.put("foreign", new JsonObject().put("name", "other").encode());
              table.put("nameless", record(self, "!", new JsonObject()).encode());
              // Of an older version, which knew neither tools, ordinals nor pids, and a newer one.
              table.put("old", record(self, "Math", new JsonObject()).encode());
              table.put(
                  "new",
                  record(self, "Math", new JsonObject().put("mood", "good").put("ordinal", 2))
                      .encode());
              return true;
            }));
    List<RemoteReplica> both = until(seen, list -> list.size() == 2);
    assertThat(both)
        .allSatisfy(
            each -> {
              assertThat(each.replica().agent()).isEqualTo(new AgentName("Math"));
              assertThat(each.replica().tools()).isEmpty();
              assertThat(each.replica().pid()).isEmpty();
              assertThat(each.replica().containerId()).isEmpty();
            });
  }

  private static JsonObject record(String member, String agent, JsonObject more) {
    return new JsonObject()
        .put("name", "math")
        .put("location", new JsonObject().put("host", "127.0.0.1").put("port", 1))
        .put(
            "metadata",
            new JsonObject()
                .put("replica", agent + more.size())
                .put("agent", agent)
                .put("gateway", "g2")
                .put("state", "healthy")
                .put("member", member)
                .mergeIn(more));
  }

  @Test
  void leavesOutDescriptionsBeforeHints() {
    ToolInfo[] many =
        IntStream.range(0, 200)
            .mapToObj(i -> new ToolInfo("t" + i, "x".repeat(500), "", "", i == 7, false, false))
            .toArray(ToolInfo[]::new);
    ReplicaRecord large = replica("a", "g", "healthy", many);
    ReplicaRecord read = ReplicaRecords.replica(ReplicaRecords.json(large, "m")).orElseThrow();
    assertThat(read.tools()).hasSize(200).allMatch(tool -> tool.description().isEmpty());
    assertThat(read.tools())
        .filteredOn(ToolInfo::readOnly)
        .extracting(ToolInfo::name)
        .containsExactly("t7");
    ReplicaRecord small = replica("a", "g", "healthy", many[7]);
    assertThat(ReplicaRecords.replica(ReplicaRecords.json(small, "m"))).contains(small);
  }

  @Test
  void noCallIsPassedOnToWhomDoesNotKnowTheSecret() throws Exception {
    HazelcastMember first = member("g1", way("http://g1"));
    BlockingQueue<List<RemoteReplica>> seen = seenBy(first);
    Seal another = Seal.of("another secret");
    Map<String, String> strange = Map.of("hop", HazelcastReplicas.way(another, "http://evil"));
    HazelcastMember stranger = member("g2", strange, await(first.address()));
    HazelcastMember third = member("g3", way("http://g3"), await(first.address()));
    await(new HazelcastDirectory(stranger).publish(replica("two", "g2", "healthy")));
    await(new HazelcastDirectory(third).publish(replica("three", "g3", "healthy")));
    List<RemoteReplica> told = until(seen, all -> !all.isEmpty());
    assertThat(told).extracting(RemoteReplica::url).containsExactly("http://g3");
  }
}
