package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.fleet.AgentView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways joined over Hazelcast, whose agents run somewhere among them. */
@Timeout(180)
class ClusterIT {
  private static final String PATH = "/agents/math/execute";
  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";
  private static final String LOOK = "{\"tool_name\":\"look\",\"parameters\":{}}";

  @TempDir Path folder;
  private final List<ClusterGateway> gateways = new ArrayList<>();
  private final List<RawUpstream> agents = new ArrayList<>();
  private final AtomicInteger executed = new AtomicInteger();

  @AfterEach
  void close() {
    gateways.forEach(ClusterGateway::close);
    agents.forEach(RawUpstream::close);
  }

  private ClusterGateway gateway(String name, String secret) throws IOException {
    ClusterGateway gateway =
        new ClusterGateway(name, folder, secret, gateways.isEmpty() ? null : gateways.get(0));
    gateways.add(gateway);
    return gateway;
  }

  /** What an agent does with a call. */
  private interface Execute {
    void run(RawUpstream.Connection connection, String request) throws IOException;
  }

  private RawUpstream agent(Execute execute) {
    RawUpstream agent =
        new RawUpstream(
            connection -> {
              for (String request = connection.read();
                  request != null;
                  request = connection.read()) {
                if (request.startsWith("GET /tools")) {
                  connection.answer(
                      200, "[{\"name\":\"add\"},{\"name\":\"look\",\"readOnly\":true}]");
                } else if (request.startsWith("GET /health")) {
                  connection.answer(200, "{}");
                } else {
                  execute.run(connection, request);
                }
              }
            });
    agents.add(agent);
    return agent;
  }

  private RawUpstream counting(String answer) {
    return agent(
        (connection, request) -> {
          executed.incrementAndGet();
          connection.answer(200, answer);
        });
  }

  private static boolean knowsTools(AgentView view) {
    return view.elsewhere().stream().allMatch(each -> each.tool("look") != null);
  }

  @Test
  void anyGatewayServesAnyAgent() throws IOException {
    ClusterGateway a = gateway("a", "s");
    ClusterGateway b = gateway("b", "s");
    a.put("Math");
    b.put("Math", counting("{\"result\":1}").port());
    a.until("math", view -> view.elsewhere().size() == 1 && knowsTools(view));

    RawClient.Reply reply = a.post(PATH, ADD);
    assertThat(reply.body()).isEqualTo("{\"result\":1}");
    assertThat(reply.header("x-nexus-replica")).startsWith("math-1");
    assertThat(a.post("/agents/math/tools/add", "{}").status()).isEqualTo(200);
    assertThat(
            a.post(PATH, "{\"tool_name\":\"add\",\"x\":\"" + "x".repeat(1 << 20) + "\"}").status())
        .isEqualTo(200);
    int before = executed.get();
    String key = "Idempotency-Key: k";
    assertThat(a.post(PATH, ADD, key).status()).isEqualTo(200);
    assertThat(a.post(PATH, ADD, key).header("idempotency-replayed")).isEqualTo("true");
    assertThat(executed).hasValue(before + 1);
    assertThat(a.fleet.statuses().get(0).everywhere())
        .filteredOn(each -> each.state().equals("healthy"))
        .singleElement()
        .satisfies(each -> assertThat(each.gateway()).isEqualTo("b"));

    // One of its own, and it stays at home; that one dies, and it goes out again.
    RawUpstream near = counting("{\"result\":2}");
    a.put("Math", near.port());
    a.until("math", view -> view.healthy() == 1);
    assertThat(a.post(PATH, ADD).body()).isEqualTo("{\"result\":2}");
    assertThat(b.post(PATH, ADD).body()).isEqualTo("{\"result\":1}");
    near.close();
    a.until("math", view -> view.routable().isEmpty());
    assertThat(a.post(PATH, ADD).body()).isEqualTo("{\"result\":1}");
  }

  @Test
  void streamsEventsAsTheyCome() throws IOException {
    ClusterGateway a = gateway("a", "s");
    ClusterGateway b = gateway("b", "s");
    CountDownLatch seen = new CountDownLatch(1);
    RawUpstream agent =
        agent(
            (connection, request) -> {
              connection.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
              await(seen);
              connection.write("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            });
    a.put("Math");
    b.put("Math", agent.port());
    a.until("math", AgentView::isServed);
    try (RawClient client = new RawClient(a.port)) {
      client.post(PATH, LOOK);
      assertThat(client.head()).contains("text/event-stream");
      assertThat(client.chunk()).isEqualTo("data: 1\n\n");
      seen.countDown();
      assertThat(client.chunk()).isEqualTo("data: 2\n\n");
      assertThat(client.chunk()).isNull();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void outlivesAGatewayThatDiesWithCallsInFlight() throws IOException {
    ClusterGateway a = gateway("a", "s");
    ClusterGateway b = gateway("b", "s");
    ClusterGateway c = gateway("c", "s");
    CountDownLatch come = new CountDownLatch(2);
    RawUpstream hanging =
        agent(
            (connection, request) -> {
              executed.incrementAndGet();
              come.countDown();
              connection.hang();
            });
    a.put("Math");
    b.put("Math", hanging.port());
    a.until("math", view -> view.elsewhere().size() == 1 && knowsTools(view));
    try (RawClient unsafe = new RawClient(a.port);
        RawClient safe = new RawClient(a.port)) {
      unsafe.post(PATH, ADD);
      safe.post(PATH, LOOK);
      await(come);
      c.put("Math", counting("{\"result\":3}").port());
      a.until("math", view -> view.elsewhere().size() == 2);

      b.die();

      RawClient.Reply broken = unsafe.reply();
      assertThat(broken.status()).isEqualTo(502);
      assertThat(broken.code()).isEqualTo("replica_broke");
      RawClient.Reply again = safe.reply();
      assertThat(again.body()).isEqualTo("{\"result\":3}");
      assertThat(again.header("x-nexus-attempts")).isEqualTo("2");
      assertThat(executed).as("two at b, one at c").hasValue(3);
    }
    a.until("math", view -> view.elsewhere().size() == 1);
    assertThat(a.post(PATH, ADD).body()).isEqualTo("{\"result\":3}");
  }

  @Test
  void neverExecutesForOneWhoDoesNotKnowTheSecret() throws IOException {
    ClusterGateway a = gateway("a", "guess");
    ClusterGateway b = gateway("b", "s");
    a.put("Math");
    b.put("Math", counting("{}").port());
    a.until("math", AgentView::isServed);
    RawClient.Reply reply = a.post(PATH, ADD, "X-Nexus-Timeout: 1s");
    // It waits for another replica, and none comes.
    assertThat(reply.status()).isEqualTo(504);
    assertThat(executed).hasValue(0);
    assertThat(a.metrics.scrape())
        .contains("nexus_hops_total{gateway=\"b\",outcome=\"unproved\"} 1.0");
  }
}
