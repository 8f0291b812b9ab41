package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.agent.AgentBuilder;
import dev.nexusdelta.agent.Items;
import dev.nexusdelta.agent.RunningAgent;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolContext;
import dev.nexusdelta.agent.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real agent's streams through the gateway. */
@Timeout(60)
class AgentStreamTest {
  /** Tools with streams. */
  public static final class Streams {
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);

    /** So many numbers, one of them bad. */
    @Tool
    public Flow.Publisher<Integer> count(int to, int failAt, ToolContext context) {
      context.progress(0, to, "begin");
      return Items.of(
          IntStream.range(0, to)
              .mapToObj(
                  i -> {
                    if (i == failAt) {
                      throw new ToolException(409, "stuck", "stuck at " + i);
                    }
                    return i;
                  }));
    }

    /** Text without end. */
    @Tool
    public Flow.Publisher<String> endless(ToolContext context) {
      context.onCancel(cancelled::countDown);
      return Items.of(Stream.generate(() -> "x".repeat(1000)).onClose(closed::countDown));
    }
  }

  @TempDir Path folder;
  private final Streams streams = new Streams();
  private RunningAgent agent;
  private ProxyFixture proxy;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder);
    agent = AgentBuilder.of(streams).environment(Map.of("PORT", "0")).start();
    proxy.fleet.serve("streams", FakeFleet.limits(Duration.ofSeconds(20)), agent.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    agent.close();
  }

  private RawClient.Reply count(int to, int failAt, String accept) throws IOException {
    String body =
        "{\"tool_name\":\"count\",\"parameters\":{\"to\":" + to + ",\"failAt\":" + failAt + "}}";
    return proxy.post("/agents/streams/execute", body, "Accept: " + accept);
  }

  @Test
  void passesInEveryForm() throws IOException {
    RawClient.Reply lines = count(1000, -1, "*/*");
    assertThat(lines.header("content-type")).isEqualTo("application/x-ndjson");
    assertThat(lines.complete()).isTrue();
    List<String> all = lines.body().lines().toList();
    assertThat(all.get(0))
        .isEqualTo("{\"progress\":{\"done\":0,\"total\":1000,\"message\":\"begin\"}}");
    assertThat(all).hasSize(1002).contains("{\"item\":777}").endsWith("{\"end\":{\"items\":1000}}");
    RawClient.Reply events = count(2, -1, "text/event-stream");
    assertThat(events.header("content-type")).isEqualTo("text/event-stream");
    assertThat(events.body()).endsWith("data: 0\n\ndata: 1\n\nevent: end\ndata: {\"items\":2}\n\n");
    RawClient.Reply json = count(3, -1, "application/json");
    assertThat(json.body()).isEqualTo("{\"result\":[0,1,2]}");
    assertThat(json.header("content-length")).isNotNull();
  }

  @Test
  void cutsWhatFailsOnTheWay() throws IOException {
    RawClient.Reply cut = count(9, 5, "application/x-ndjson");
    assertThat(cut.status()).isEqualTo(200);
    assertThat(cut.complete()).isFalse();
    assertThat(cut.body())
        .contains("{\"item\":4}\n", "\"code\":\"stuck\"")
        .doesNotContain("\"end\"");
    RawClient.Reply json = count(9, 5, "application/json");
    assertThat(json.status()).isEqualTo(409);
    assertThat(json.header("x-nexus-tool-error")).isEqualTo("stuck");
    // A tool's failure is not its replica's.
    assertThat(proxy.fleet.failures).isEmpty();
  }

  @Test
  void aCallerThatLeavesEndsTheTool() throws Exception {
    try (RawClient client = RawClient.narrow(proxy.port)) {
      client.post("/agents/streams/execute", "{\"tool_name\":\"endless\"}");
      assertThat(client.head()).contains("200");
      assertThat(client.chunk()).startsWith("{\"item\":\"xxx");
    }
    assertThat(streams.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(streams.closed.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
