package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ToolStreamTest {
  private ScriptedServer server;
  private RemoteAgent agent;

  public record Window(int end, double mean) {}

  @BeforeEach
  void open() throws IOException {
    server = new ScriptedServer();
    agent = NexusDelta.connect(server.url().toString()).agent("A");
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void answers(String type, String... lines) {
    server.then(
        "HTTP/1.1 200 OK",
        "Content-Type: " + type,
        "X-Nexus-Stream: tool",
        "",
        String.join("\n", lines) + "\n");
  }

  @Test
  void givesTheItemsOfLines() {
    answers(
        "application/x-ndjson",
        "{\"item\":{\"end\":1,\"mean\":1.5}}",
        "",
        "{\"progress\":{\"done\":1,\"total\":2,\"message\":\"half\"}}",
        "{\"item\":{\"end\":2,\"mean\":4}}",
        "{\"end\":{\"items\":2}}");
    List<Progress> seen = new ArrayList<>();
    try (ToolStream<Window> stream = agent.stream("rolling", Map.of(), Window.class)) {
      assertThat(stream.onProgress(seen::add).items().toList())
          .containsExactly(new Window(1, 1.5), new Window(2, 4));
      assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
    }
    assertThat(seen).containsExactly(new Progress(1, 2, "half"));
    assertThat(server.requests().get(0)).contains("Accept: application/x-ndjson, ");
  }

  @Test
  void givesTheItemsOfEvents() {
    answers(
        "text/event-stream; charset=utf-8",
        ":",
        "",
        "data: [1,",
        "data:2]",
        "",
        "event: progress",
        "data: {\"done\":1}",
        "",
        "id: 7",
        "event: note",
        "data: plain text",
        "",
        "event: end",
        "data: {\"items\":2}",
        "");
    try (ToolStream<JsonValue> stream = agent.stream("t", null)) {
      assertThat(stream).containsExactly(JsonValue.parse("[1,2]"), JsonValue.of("plain text"));
    }
  }

  @Test
  void givesEventsAndLinesAsTheyAre() {
    answers("text/event-stream", "id: 7", "event: note", "data: {\"a\":1}", "");
    answers("application/x-ndjson", "{\"item\":1}", "", "{\"end\":{}}");
    try (ToolStream<StreamEvent> events = agent.events("t", null)) {
      assertThat(events).containsExactly(new StreamEvent("note", "7", "{\"a\":1}"));
    }
    try (ToolStream<StreamEvent> events = agent.events("t", null)) {
      assertThat(events)
          .extracting(StreamEvent::data)
          .containsExactly("{\"item\":1}", "{\"end\":{}}");
    }
  }

  @Test
  void givesTheItemsOfALinewiseAgentOfOnesOwn() {
    server.then(
        "HTTP/1.1 200 OK", "Content-Type: application/x-ndjson", "", "{\"a\":1}\n{\"item\":2}\n3");
    try (ToolStream<JsonValue> stream = agent.stream("t", null)) {
      assertThat(stream).extracting(JsonValue::toString).containsExactly("{\"a\":1}", "2", "3");
    }
  }

  @Test
  void givesWhatIsNoStreamAsIfItWereOne() {
    server.thenJson(200, "{\"result\":[1,2]}").thenJson(200, "{\"result\":{\"a\":1}}");
    try (ToolStream<Integer> list = agent.stream("t", null, Integer.class);
        ToolStream<Map<String, Integer>> one =
            agent.stream("t", null, new TypeRef<Map<String, Integer>>() {})) {
      assertThat(list).containsExactly(1, 2);
      assertThat(one).containsExactly(Map.of("a", 1));
    }
  }

  @Test
  void tellsFailuresBeforeAndAfterTheFirstItem() {
    server
        .thenJson(503, "{\"code\":\"queue_full\"}")
        .thenJson(422, "{\"detail\":\"no\"}", "X-Nexus-Tool-Error: invalid_parameters");
    assertThatThrownBy(() -> agent.stream("t", null)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> agent.events("t", null)).isInstanceOf(ToolException.class);
    answers(
        "application/x-ndjson",
        "{\"item\":1}",
        "{\"error\":\"boom\",\"detail\":\"boom\",\"code\":\"internal\",\"status\":500}");
    answers("text/event-stream", "data: 1", "", "event: error", "data: {\"error\":\"boom\"}", "");
    for (int i = 0; i < 2; i++) {
      try (ToolStream<JsonValue> stream = agent.stream("t", null)) {
        Iterator<JsonValue> items = stream.iterator();
        assertThat(items.next().integer(0)).isEqualTo(1);
        assertThatThrownBy(items::hasNext).isInstanceOf(ToolException.class).hasMessage("boom");
      }
    }
  }

  @Test
  void tellsAStreamThatWasCutFromAWholeOne() {
    answers("application/x-ndjson", "{\"item\":1}");
    answers("text/event-stream", "data: 1", "", "data: 2");
    server.then(
        "HTTP/1.1 200 OK",
        "Content-Type: application/x-ndjson",
        "Transfer-Encoding: chunked",
        "",
        "3",
        "{}\n",
        "");
    for (int i = 0; i < 3; i++) {
      try (ToolStream<JsonValue> stream = agent.stream("t", null)) {
        Iterator<JsonValue> items = stream.iterator();
        items.next();
        assertThatThrownBy(items::hasNext)
            .isInstanceOf(UnreachableException.class)
            .hasMessageContaining("no whole answer came");
      }
    }
  }

  /** A tool that writes for ever, and counts what it could. */
  private static final class Endless implements AutoCloseable {
    private static final String HEAD =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n";
    final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    final AtomicLong written = new AtomicLong();
    final CompletableFuture<Void> left = new CompletableFuture<>();

    Endless() throws IOException {
      socket.setReceiveBufferSize(16_384);
      Thread thread = new Thread(this::write, "endless");
      thread.setDaemon(true);
      thread.start();
    }

    private void write() {
      byte[] lines = "{\"item\":1}\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
      try (Socket caller = socket.accept();
          OutputStream out = caller.getOutputStream()) {
        caller.setSendBufferSize(16_384);
        out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
        while (true) {
          out.write(lines);
          written.addAndGet(lines.length);
        }
      } catch (IOException e) {
        left.complete(null);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void holdsTheToolUpAndEndsItByClosing() throws Exception {
    try (Endless tool = new Endless()) {
      RemoteAgent far = NexusDelta.connect("127.0.0.1:" + tool.socket.getLocalPort()).agent("A");
      ToolStream<Integer> stream = far.stream("t", null, Integer.class);
      Iterator<Integer> items = stream.iterator();
      for (int i = 0; i < 10; i++) {
        assertThat(items.next()).isEqualTo(1);
      }
      // What the kernel's buffers hold at most, a fraction of what is written in no time otherwise.
      long before = -1;
      for (long now = tool.written.get(); now != before; now = tool.written.get()) {
        before = now;
        java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
      }
      assertThat(before).isLessThan(16L << 20);
      stream.close();
      tool.left.join();
      assertThat(items.hasNext()).isFalse();
    }
  }

  @Test
  void endsWhereAnotherThreadClosesIt() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RemoteAgent far = NexusDelta.connect("127.0.0.1:" + socket.getLocalPort()).agent("A");
      CompletableFuture<ToolStream<JsonValue>> opened = new CompletableFuture<>();
      CompletableFuture<List<JsonValue>> items =
          CompletableFuture.supplyAsync(
              () -> {
                ToolStream<JsonValue> stream = far.stream("t", null);
                opened.complete(stream);
                return stream.items().toList();
              });
      try (Socket caller = socket.accept()) {
        caller
            .getOutputStream()
            .write((Endless.HEAD + "{\"item\":1}\n").getBytes(StandardCharsets.US_ASCII));
        opened.join().close();
        assertThat(items.join()).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void tellsAStreamThatIsSilentForTooLong() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RemoteAgent far = NexusDelta.connect("127.0.0.1:" + socket.getLocalPort()).agent("A");
      CompletableFuture<Socket> caller =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  Socket accepted = socket.accept();
                  accepted
                      .getOutputStream()
                      .write((Endless.HEAD + "{\"item\":1}\n").getBytes(StandardCharsets.US_ASCII));
                  return accepted;
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (ToolStream<JsonValue> stream = far.idle(Duration.ofMillis(50)).stream("t", null)) {
        Iterator<JsonValue> items = stream.iterator();
        items.next();
        assertThatThrownBy(items::hasNext)
            .isInstanceOf(DeadlineException.class)
            .hasMessageContaining("the next part of the answer took longer than the 50 ms");
      } finally {
        caller.join().close();
      }
    }
  }
}
