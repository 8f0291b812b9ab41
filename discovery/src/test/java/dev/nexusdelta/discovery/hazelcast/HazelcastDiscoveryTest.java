package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.nexusdelta.discovery.ReplicaRecord;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import io.vertx.servicediscovery.ServiceDiscoveryOptions;
import io.vertx.servicediscovery.types.HttpEndpoint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastDiscoveryTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<HazelcastMember> members = new ArrayList<>();

  @AfterEach
  void close() {
    members.forEach(member -> await(member.close()));
    await(vertx.close());
    until(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("hz.")));
  }

  /** Asks again until it holds, or the test's time is over. */
  private static void until(Supplier<Boolean> condition) {
    while (!condition.get()) {
      try {
        TimeUnit.MILLISECONDS.timedJoin(Thread.currentThread(), 20);
      } catch (InterruptedException e) {
        throw new AssertionError("still not so when the time was over", e);
      }
    }
  }

  private HazelcastMember member(String gateway, String... others) {
    HazelcastMember member =
        HazelcastMember.create(
                vertx,
                new ClusterSettings(
                    gateway,
                    "test",
                    "127.0.0.1",
                    0,
                    false,
                    List.of(others),
                    Map.of("url", "http://" + gateway)))
            .join();
    members.add(member);
    return member;
  }

  private ServiceDiscovery discovery(JsonObject where) {
    return ServiceDiscovery.create(
        vertx,
        new ServiceDiscoveryOptions()
            .setBackendConfiguration(where.put("backend-name", "nexus-hazelcast")));
  }

  private static String programs(HazelcastMember member) {
    return await(member.members()).stream()
        .filter(ClusterMember::self)
        .findFirst()
        .orElseThrow()
        .programs();
  }

  private ServiceDiscovery client(HazelcastMember member) {
    return discovery(
        new JsonObject()
            .put("cluster", "test")
            .put("members", new JsonArray().add(programs(member))));
  }

  private static ReplicaRecord replica(String id, int port, String state) {
    return new ReplicaRecord(
        id,
        new AgentName("DataAgent"),
        "1.0.0",
        "abc",
        "g1",
        "process",
        "127.0.0.1",
        port,
        state,
        Instant.EPOCH,
        0,
        List.of(),
        OptionalLong.empty(),
        Optional.empty());
  }

  @Test
  void anyVertxProgramFindsAndCallsAnAgent() {
    HttpServer agent =
        await(
            vertx
                .createHttpServer()
                .requestHandler(request -> request.response().end("{\"result\":42}"))
                .listen(0, "127.0.0.1"));
    HazelcastMember member = member("g1");
    HazelcastDirectory directory = new HazelcastDirectory(member);
    // Not joined yet.
    Future<Void> published =
        directory.publish(replica("dataagent-1-x", agent.actualPort(), "healthy"));
    directory.publish(replica("dataagent-2-y", agent.actualPort(), "ejected"));
    await(published);

    Vertx elsewhere = Vertx.vertx();
    try {
      ServiceDiscovery discovery =
          ServiceDiscovery.create(
              elsewhere,
              new ServiceDiscoveryOptions()
                  .setBackendConfiguration(
                      new JsonObject()
                          .put("backend-name", "nexus-hazelcast")
                          .put("cluster", "test")
                          .put("members", new JsonArray().add(programs(member)))));
      WebClient client =
          await(HttpEndpoint.getWebClient(discovery, new JsonObject().put("name", "dataagent")));
      assertThat(await(client.post("/execute").send()).bodyAsJsonObject().getInteger("result"))
          .isEqualTo(42);

      Record record = await(discovery.getRecord(new JsonObject().put("agent", "DataAgent")));
      assertThat(record.getType()).isEqualTo(HttpEndpoint.TYPE);
      assertThat(record.getRegistration()).isEqualTo("dataagent-1-x");
      assertThat(record.getMetadata().getMap())
          .containsEntry("version", "1.0.0")
          .containsEntry("release", "abc")
          .containsEntry("replica", "dataagent-1-x")
          .containsEntry("gateway", "g1")
          .containsEntry("state", "healthy");
      assertThat(await(discovery.getRecords(it -> true))).hasSize(1);
      assertThat(await(discovery.getRecords(it -> true, true))).hasSize(2);

      await(directory.withdraw("dataagent-1-x"));
      assertThat(await(discovery.getRecords(it -> true))).isEmpty();
      await(directory.withdraw("unknown"));
      discovery.close();
    } finally {
      await(elsewhere.close());
      await(agent.close());
    }
  }

  @Test
  void otherProgramsMayPublishToo() {
    HazelcastMember member = member("g1");
    ServiceDiscovery inside =
        discovery(new JsonObject().put("instance", await(member.instanceName())));
    ServiceDiscovery outside = client(member);
    Record mine = await(outside.publish(HttpEndpoint.createRecord("mine", "127.0.0.1", 1, "/")));

    assertThat(await(inside.getRecord(new JsonObject().put("name", "mine"))).getRegistration())
        .isEqualTo(mine.getRegistration());
    await(inside.update(mine.setName("yours")));
    assertThat(await(outside.getRecord(new JsonObject().put("name", "yours")))).isNotNull();
    assertThatThrownBy(() -> await(outside.publish(mine))).hasMessageContaining("registered");
    await(outside.unpublish(mine.getRegistration()));
    assertThatThrownBy(() -> await(outside.unpublish(mine.getRegistration()))).isNotNull();
    assertThat(await(inside.getRecords(it -> true, true))).isEmpty();
    assertThat(await(inside.getRecord(new JsonObject().put("name", "mine")))).isNull();
  }

  @Test
  void replicasLeaveWithTheirGateway() {
    HazelcastMember first = member("g1");
    await(first.joined());
    HazelcastMember second = member("g2", await(first.address()));
    await(new HazelcastDirectory(first).publish(replica("a-1", 1, "healthy")));
    await(new HazelcastDirectory(second).publish(replica("a-2", 2, "healthy")));
    ServiceDiscovery discovery = client(first);
    assertThat(await(discovery.getRecords(it -> true))).hasSize(2);
    assertThat(await(second.members()))
        .extracting(ClusterMember::gateway, ClusterMember::oldest, ClusterMember::self)
        .containsExactly(tuple("g1", true, false), tuple("g2", false, true));
    assertThat(await(first.members()).get(1).attributes()).containsEntry("url", "http://g2");

    await(second.close());

    until(() -> await(discovery.getRecords(it -> true)).size() == 1);
    assertThat(await(discovery.getRecords(it -> true)).get(0).getRegistration()).isEqualTo("a-1");
  }

  @Test
  void aTakenPortIsSaidAndHarmsNobody() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HazelcastMember member =
          HazelcastMember.create(vertx, ClusterSettings.alone("g1", taken.getLocalPort())).join();
      members.add(member);
      HazelcastDirectory directory = new HazelcastDirectory(member);
      assertThatThrownBy(() -> await(member.joined()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              "127.0.0.1:" + taken.getLocalPort(), "give cluster.port a free port");
      assertThatThrownBy(() -> await(directory.publish(replica("a", 1, "healthy")))).isNotNull();
    }
  }

  @Test
  void listensOnLoopbackOnly() {
    String address = await(member("g1").address());
    assertThat(address).startsWith("127.0.0.1:").doesNotEndWith(":0");
  }

  @Test
  void leavesBeforeItHasJoined() {
    HazelcastMember member = member("g1");
    await(member.close());
    assertThatThrownBy(() -> await(member.members())).isNotNull();
  }
}
