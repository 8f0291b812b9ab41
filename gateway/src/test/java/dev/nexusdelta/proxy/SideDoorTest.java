package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.exchange.RawUpstream;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A further address for agents: their calls, and nothing else. */
class SideDoorTest {
  private static final String HERE = "127.0.0.2";
  private static final String INSIDE = "127.0.0.3";
  private static final String ADD = "{\"tool_name\":\"add\"}";

  @TempDir Path folder;
  private ProxyFixture proxy;
  private ProxyServer.SideDoor door;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder);
    door =
        ProxyFixture.await(
            proxy.server.alsoListen(HERE, 0, peer -> peer.getHostAddress().equals(INSIDE)));
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private RawClient.Reply call(String host, String head, String body) throws IOException {
    try (RawClient client = new RawClient(INSIDE, HERE, door.port())) {
      return client
          .send(
              head
                  + " HTTP/1.1\r\nHost: "
                  + host
                  + "\r\nContent-Type: application/json\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body)
          .reply();
    }
  }

  @Test
  void agentsCallAgentsByItsAddressAndByItsName() throws IOException {
    try (RawUpstream agent = RawUpstream.answering("ok")) {
      proxy.fleet.serve("math", agent.port());
      for (String host :
          new String[] {HERE, HERE + ":" + door.port(), "nexus:" + door.port(), "Nexus"}) {
        RawClient.Reply reply = call(host, "POST /agents/math/execute", ADD);
        assertThat(reply.status()).as(host).isEqualTo(200);
        assertThat(reply.body()).contains("ok");
      }
      assertThat(call("nexus", "GET /agents", "").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]", "evil.example", "127.0.0.22"})
  void everyOtherHostIsRefused(String host) throws IOException {
    RawClient.Reply reply = call(host, "GET /agents", "");
    assertThat(reply.status()).isEqualTo(421);
    assertThat(reply.code()).isEqualTo("wrong_host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /",
        "GET /livez",
        "GET /readyz",
        "GET /metrics",
        "GET /openapi.json",
        "GET /api/v1/agents",
        "POST /api/v1/shutdown",
        "GET //api/v1/agents",
        "GET /agents/../api/v1/agents",
        "GET http://nexus/api/v1/config"
      })
  void nothingButAgentsIsBehindIt(String head) throws IOException {
    RawClient.Reply reply = call("nexus", head, "");
    assertThat(reply.status()).isIn(400, 404);
    assertThat(reply.body()).doesNotContain("control /");
  }

  @Test
  void itsNamesAreNotServedAtTheFrontDoor() throws IOException {
    for (String host : new String[] {"nexus", HERE, HERE + ":" + door.port()}) {
      try (RawClient client = proxy.client()) {
        assertThat(
                client.send("GET /agents HTTP/1.1\r\nHost: " + host + "\r\n\r\n").reply().status())
            .as(host)
            .isEqualTo(421);
      }
    }
  }

  @Test
  void aServerOnAllAddressesTakesItsNamesFromItsPeersAlone() throws IOException {
    String bridge = "10.9.9.1";
    ProxyServer.SideDoor all =
        proxy.server.alsoServe(bridge, peer -> peer.getHostAddress().equals(INSIDE));
    assertThat(all.port()).isEqualTo(proxy.port);
    assertThat(statusAtFront(INSIDE, bridge + ":" + proxy.port, "/agents")).isEqualTo(200);
    assertThat(statusAtFront(INSIDE, "nexus", "/agents")).isEqualTo(200);
    assertThat(statusAtFront(INSIDE, "localhost", "/agents")).isEqualTo(200);
    assertThat(statusAtFront(INSIDE, "evil.example", "/agents")).isEqualTo(421);
    assertThat(statusAtFront("127.0.0.1", bridge, "/agents")).isEqualTo(421);
    all.close();
    assertThat(statusAtFront(INSIDE, bridge, "/agents")).isEqualTo(421);
  }

  private int statusAtFront(String from, String host, String path) throws IOException {
    try (RawClient client = new RawClient(from, "127.0.0.1", proxy.port)) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
          .reply()
          .status();
    }
  }

  @Test
  void strangersAreClosedUnread() throws IOException {
    proxy.fleet.serve("math", 1);
    for (String stranger : new String[] {"127.0.0.1", HERE, "127.0.0.4"}) {
      try (RawClient client = new RawClient(stranger, HERE, door.port())) {
        try {
          client.send("GET /agents HTTP/1.1\r\nHost: nexus\r\n\r\n");
          assertThat(client.isEnded()).as(stranger).isTrue();
        } catch (java.net.SocketException reset) {
          assertThat(reset).isNotNull(); // closed before it was read
        }
      }
    }
    assertThat(folder.resolve("access.jsonl")).as("the log of calls").doesNotExist();
  }

  @Test
  void closesAloneAndWithTheServer() throws IOException {
    ProxyServer.SideDoor second =
        ProxyFixture.await(proxy.server.alsoListen("127.0.0.5", 0, peer -> true));
    int port = door.port();
    ProxyFixture.await(door.close());
    ProxyFixture.await(door.close());
    assertThatThrownBy(() -> new RawClient(INSIDE, HERE, port))
        .isInstanceOf(ConnectException.class);
    assertThat(proxy.get("/agents").status()).isEqualTo(200);
    int other = second.port();
    ProxyFixture.await(proxy.server.close(java.time.Duration.ofMillis(1)));
    assertThatThrownBy(() -> new RawClient(INSIDE, "127.0.0.5", other))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void anAddressOfAnotherMachineIsAFailure() {
    assertThatThrownBy(
            () -> ProxyFixture.await(proxy.server.alsoListen("192.0.2.1", 0, peer -> true)))
        .isInstanceOf(CompletionException.class);
    assertThat(ProxyFixture.await(proxy.server.alsoListen("127.0.0.6", 0, p -> true)).port())
        .isPositive();
  }
}
