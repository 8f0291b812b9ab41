package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastLoadsTest {
  private static final AgentLoad LOAD =
      new AgentLoad(7, 6, 1.5, 0.75, 3, 2, Duration.ofMillis(120));

  private final Vertx vertx = Vertx.vertx();
  private final List<HazelcastMember> members = new ArrayList<>();

  /** One gateway's end of the channel, and what it has heard. */
  private final class Gateway {
    final HazelcastMember member;
    final HazelcastLoads channel;
    final LinkedBlockingQueue<LoadReport> heard = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Set<String>> present = new LinkedBlockingQueue<>();

    Gateway(String name, String... others) {
      member =
          HazelcastMember.create(
              vertx,
              new ClusterSettings(name, "loads", "127.0.0.1", 0, false, List.of(others), Map.of()));
      members.add(member);
      channel = new HazelcastLoads(member, name);
      channel.receive(heard::add, present::add);
    }

    Gateway joined() {
      await(member.join().joined());
      await(channel.listening());
      return this;
    }
  }

  @AfterEach
  void close() {
    members.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  @Test
  void aGatewayAloneHearsItselfBeforeItHasJoined() {
    Gateway alone = new Gateway("a");
    LoadReport report = report("a", 1);
    await(alone.channel.send(report));
    assertThat(alone.heard).containsExactly(report);
  }

  @Test
  void everyGatewayHearsEveryOtherOnceAndWhoIsLeft() throws Exception {
    Gateway a = new Gateway("a").joined();
    String seed = await(a.member.address());
    Gateway b = new Gateway("b", seed).joined();
    Gateway c = new Gateway("c", seed).joined();

    LoadReport first = report("b", 1);
    await(b.channel.send(first));
    assertThat(a.heard.poll(30, TimeUnit.SECONDS)).isEqualTo(first);
    assertThat(b.heard.poll(30, TimeUnit.SECONDS)).isEqualTo(first);
    assertThat(c.heard.poll(30, TimeUnit.SECONDS)).isEqualTo(first);
    LoadReport second = report("c", 1);
    await(c.channel.send(second));
    // In order, so whatever was heard twice would come first.
    assertThat(b.heard.poll(30, TimeUnit.SECONDS)).isEqualTo(second);
    assertThat(c.heard.poll(30, TimeUnit.SECONDS)).isEqualTo(second);

    await(a.member.close());
    assertThat(b.present.poll(30, TimeUnit.SECONDS)).containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void whatIsNoReportIsIgnored() throws Exception {
    Gateway a = new Gateway("a").joined();
    Gateway b = new Gateway("b", await(a.member.address())).joined();
    for (String text : List.of("nonsense", "{}", "{\"gateway\":\"x\",\"agents\":3}")) {
      await(
          a.member.run(
              hazelcast -> {
                hazelcast.<String>getTopic(HazelcastConfig.LOADS).publish(text);
                return null;
              }));
    }
    await(a.channel.send(report("a", 1)));
    assertThat(b.heard.poll(30, TimeUnit.SECONDS)).isEqualTo(report("a", 1));
  }

  private static LoadReport report(String gateway, long sequence) {
    return new LoadReport(gateway, 42, sequence, 1_000_000_000, Map.of("math", LOAD));
  }

  private static void until(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
