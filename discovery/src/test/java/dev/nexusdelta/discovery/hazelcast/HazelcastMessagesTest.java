package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastMessagesTest {
  private static final String ID = "id";

  private final Vertx vertx = Vertx.vertx();
  private final List<HazelcastMember> members = new ArrayList<>();

  @AfterEach
  void close() {
    members.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  private HazelcastMember member(String name, String... others) {
    HazelcastMember member =
        HazelcastMember.create(
            vertx,
            new ClusterSettings(
                name, "messages", "127.0.0.1", 0, false, List.of(others), Map.of(ID, name)));
    members.add(member);
    return member;
  }

  private HazelcastMessages messages(HazelcastMember member, String self, String secret) {
    return new HazelcastMessages(vertx, member, ID, self, Seal.of(secret));
  }

  @Test
  void asksOneGatewayAndGetsItsAnswer() {
    HazelcastMember a = member("a");
    HazelcastMessages fromA = messages(a, "a", "the same secret");
    fromA.receive("t", text -> Future.succeededFuture("a heard " + text));
    assertThatThrownBy(() -> await(fromA.send("t", "b", "early")))
        .hasMessageContaining("has not joined the cluster yet");
    await(a.join().joined());
    HazelcastMember b = member("b", await(a.address()));
    HazelcastMessages fromB = messages(b, "b", "the same secret");
    fromB.receive("t", text -> Future.failedFuture("b is busy"));
    await(b.join().joined());

    String large = "x".repeat(300_000) + "ü\n";
    assertThat(await(fromB.send("t", "a", large))).isEqualTo("a heard " + large);
    assertThat(await(fromA.send("t", "a", "itself"))).isEqualTo("a heard itself");
    assertThatThrownBy(() -> await(fromA.send("t", "b", "?"))).hasMessageContaining("b is busy");
    assertThatThrownBy(() -> await(fromA.send("t", "c", "?")))
        .hasMessageContaining("c is not there");
  }

  @Test
  void nobodyWaitsForEver() {
    HazelcastMember a = member("a");
    HazelcastMessages fromA = messages(a, "a", "the same secret");
    Promise<String> never = Promise.promise();
    fromA.receive("t", text -> never.future());
    await(a.join().joined());
    assertThatThrownBy(() -> await(fromA.send("t", "a", "?"))).hasMessageContaining("within 2 s");
  }

  @Test
  void whoDoesNotKnowTheSecretIsNotHeard() {
    HazelcastMember a = member("a");
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    messages(a, "a", "the same secret")
        .receive(
            "t",
            text -> {
              heard.add(text);
              return Future.succeededFuture("");
            });
    await(a.join().joined());
    HazelcastMember b = member("b", await(a.address()));
    await(b.join().joined());
    assertThatThrownBy(() -> await(messages(b, "b", "another secret").send("t", "a", "run this")))
        .hasMessageContaining("cluster.secret");
    assertThat(heard).isEmpty();
  }

  @Test
  void tellsWhoIsThereAfterEachChange() throws Exception {
    HazelcastMember a = member("a");
    LinkedBlockingQueue<List<String>> seen = new LinkedBlockingQueue<>();
    a.whenChanged(present -> seen.add(present.stream().map(ClusterMember::gateway).toList()));
    await(a.join().joined());
    HazelcastMember b = member("b", await(a.address()));
    await(b.join().joined());
    until(seen, List.of("a", "b"));
    await(b.close());
    until(seen, List.of("a"));
  }

  private static void until(LinkedBlockingQueue<List<String>> seen, List<String> wanted)
      throws InterruptedException {
    List<String> next = seen.poll(30, TimeUnit.SECONDS);
    while (next != null && !next.equals(wanted)) {
      next = seen.poll(30, TimeUnit.SECONDS);
    }
    assertThat(next).isEqualTo(wanted);
  }

  @Test
  void aSealIsGoodForItsPurposeAndItsTextOnly() {
    Seal seal = Seal.of("the same secret");
    String sealed = seal.seal("to a", "stop");
    assertThat(seal.open("to a", sealed)).isEqualTo("stop");
    assertThatThrownBy(() -> seal.open("to b", sealed)).hasMessageContaining("cluster.secret");
    assertThatThrownBy(() -> seal.open("to a", sealed + "!"))
        .hasMessageContaining("cluster.secret");
    assertThatThrownBy(() -> seal.open("to a", "stop")).hasMessageContaining("cluster.secret");
    assertThatThrownBy(() -> Seal.of("another secret").open("to a", sealed))
        .hasMessageContaining("cluster.secret");
  }
}
