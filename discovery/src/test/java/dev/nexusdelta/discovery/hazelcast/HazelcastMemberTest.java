package dev.nexusdelta.discovery.hazelcast;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastMemberTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private HazelcastMember member(String... others) {
    return HazelcastMember.create(
        vertx,
        new ClusterSettings(
            "gateway", "members", "127.0.0.1", 0, false, List.of(others), Map.of()));
  }

  @Test
  void aMemberThatWaitsForAnAnswerIsClosed() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      HazelcastMember member = member("127.0.0.1:" + silent.getLocalPort()).join();
      try (Socket unanswered = silent.accept()) {
        assertThat(unanswered.isConnected()).isTrue();
        await(member.close());
      }
      assertThat(member.joined().failed()).isTrue();
    }
  }

  @Test
  void aMemberThatHasJustBegunIsClosed() {
    for (int i = 0; i < 3; i++) {
      HazelcastMember member = member().join();
      await(member.close());
      assertThat(member.joined().isComplete()).isTrue();
    }
  }

  @Test
  void aMemberThatNeverBeganIsClosed() {
    HazelcastMember member = member();
    await(member.close());
    assertThat(member.joined().failed()).isTrue();
  }
}
