package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.agent.http.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StreamHttpTest {
  private static final String LINES = "Accept: application/x-ndjson";
  private static final String EVENTS = "Accept: text/event-stream";

  /** Tools that answer streams. */
  public static final class Streams {
    final SubmissionPublisher<Map<String, Integer>> feed = new SubmissionPublisher<>();
    final CountDownLatch subscribed = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicLong made = new AtomicLong();

    @Tool(readOnly = true)
    public Flow.Publisher<Map<String, Integer>> feed(ToolContext context) {
      context.onCancel(cancelled::countDown);
      return subscriber -> {
        feed.subscribe(subscriber);
        subscribed.countDown();
      };
    }

    @Tool
    public Flow.Publisher<Integer> count(int to, @Param(defaultValue = "-1") int failAt) {
      Iterator<Integer> items = Stream.iterate(0, i -> i + 1).limit(to).iterator();
      return Items.of(
          () ->
              new Iterator<>() {
                @Override
                public boolean hasNext() {
                  return items.hasNext();
                }

                @Override
                public Integer next() {
                  int next = items.next();
                  if (next == failAt) {
                    throw new ToolException(409, "stuck", "stuck at " + next);
                  }
                  return next;
                }
              });
    }

    @Tool
    public Flow.Publisher<String> endless(ToolContext context) {
      context.onCancel(cancelled::countDown);
      String item = "x".repeat(1000);
      return Items.of(
          Stream.generate(
                  () -> {
                    made.incrementAndGet();
                    return item;
                  })
              .onClose(closed::countDown));
    }

    @Tool
    public Flow.Publisher<String> works(ToolContext context) {
      context.progress(1, 3, "reading");
      return Items.of(
          () -> {
            context.progress(2, 3, "");
            return List.of("a", "b").iterator();
          });
    }

    @Tool
    public Flow.Publisher<String> silent(ToolContext context) {
      context.onCancel(cancelled::countDown);
      return subscriber ->
          subscriber.onSubscribe(
              new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                  closed.countDown();
                }
              });
    }

    @Tool
    public String echo(String text, ToolContext context) {
      context.progress(1, 0, "not seen");
      return text;
    }
  }

  private final Streams streams = new Streams();
  private RunningAgent agent;

  @BeforeEach
  void start() {
    agent = agent(Map.of("PORT", "0", "AGENT_STREAM_IDLE", "1", "AGENT_THREADS", "4"));
  }

  private RunningAgent agent(Map<String, String> environment) {
    return AgentBuilder.of(streams).environment(environment).start();
  }

  @AfterEach
  void stop() {
    streams.feed.close();
    agent.close();
  }

  private static String call(String tool, String parameters) {
    return "{\"tool_name\":\"" + tool + "\",\"parameters\":" + parameters + "}";
  }

  private Wire wire() throws IOException {
    return new Wire(agent.port());
  }

  private void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void passesEachItemAsItComes() throws Exception {
    try (Wire wire = wire()) {
      wire.call(call("feed", "{}"), "X-Request-Id: q");
      await(streams.subscribed);
      streams.feed.submit(Map.of("n", 1));
      Wire.Response head = wire.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers())
          .containsEntry("content-type", "application/x-ndjson")
          .containsEntry("transfer-encoding", "chunked")
          .containsEntry("x-request-id", "q");
      assertThat(wire.chunk()).isEqualTo("{\"item\":{\"n\":1}}\n");
      streams.feed.submit(Map.of("n", 2));
      assertThat(wire.chunk()).isEqualTo("{\"item\":{\"n\":2}}\n");
      streams.feed.close();
      assertThat(wire.chunks()).isEqualTo("{\"end\":{\"items\":2}}\n");
      assertThat(wire.call(call("echo", "{\"text\":\"next\"}")).read().body()).contains("next");
    }
  }

  @Test
  void speaksServerSentEvents() throws Exception {
    try (Wire wire = wire()) {
      wire.call(call("feed", "{}"), EVENTS);
      await(streams.subscribed);
      streams.feed.submit(Map.of("n", 1));
      assertThat(wire.head().headers())
          .containsEntry("content-type", "text/event-stream")
          .containsEntry("cache-control", "no-cache");
      assertThat(wire.chunk()).isEqualTo("data: {\"n\":1}\n\n");
      streams.feed.closeExceptionally(new ToolException(410, "gone", "the feed is gone"));
      assertThat(wire.chunk())
          .startsWith("event: error\ndata: {")
          .contains("\"code\":\"gone\"")
          .endsWith("}\n\n");
      assertThatThrownBy(wire::chunk).isInstanceOf(IOException.class);
    }
  }

  @Test
  void showsProgress() throws IOException {
    try (Wire wire = wire()) {
      wire.call(call("works", "{}"), LINES).head();
      assertThat(wire.chunks().lines())
          .contains("{\"progress\":{\"done\":2,\"total\":3}}")
          .endsWith("{\"item\":\"a\"}", "{\"item\":\"b\"}", "{\"end\":{\"items\":2}}");
      wire.call(call("works", "{}"), EVENTS).head();
      assertThat(wire.chunks())
          .contains("event: progress\ndata: {\"done\":2,\"total\":3}\n\ndata: \"a\"\n\n")
          .endsWith("event: end\ndata: {\"items\":2}\n\n");
      assertThat(wire.call(call("echo", "{\"text\":\"t\"}"), EVENTS).read().body())
          .isEqualTo("{\"result\":\"t\"}");
    }
  }

  @Test
  void collectsForCallersWhoTakeNothingElse() throws IOException {
    try (Wire wire = wire()) {
      String json = "Accept: application/json";
      assertThat(wire.call(call("count", "{\"to\":3}"), json).read().body())
          .isEqualTo("{\"result\":[0,1,2]}");
      assertThat(wire.call(call("count", "{\"to\":0}"), json).read().body())
          .isEqualTo("{\"result\":[]}");
      Wire.Response failed = wire.call(call("count", "{\"to\":9,\"failAt\":5}"), json).read();
      assertThat(failed.status()).isEqualTo(409);
      assertThat(failed.headers()).containsEntry("x-nexus-tool-error", "stuck");
      Wire.Response large = wire.call(call("endless", "{}"), json).read();
      assertThat(large.status()).isEqualTo(406);
      assertThat(large.headers()).containsEntry("x-nexus-tool-error", "stream_too_large");
      assertThat(large.body()).contains("Accept: application/x-ndjson");
    }
  }

  @Test
  void answersAFailureBeforeTheFirstItemAsUsual() throws IOException {
    try (Wire wire = wire()) {
      Wire.Response failed = wire.call(call("count", "{\"to\":9,\"failAt\":0}"), LINES).read();
      assertThat(failed.status()).isEqualTo(409);
      assertThat(failed.headers())
          .containsEntry("x-nexus-tool-error", "stuck")
          .containsEntry("content-type", "application/problem+json");
      assertThat(wire.call(call("count", "{\"to\":\"x\"}"), LINES).read().status()).isEqualTo(422);
    }
  }

  @Test
  void cutsAStreamThatFails() throws IOException {
    try (Wire wire = wire()) {
      wire.call(call("count", "{\"to\":9,\"failAt\":2}"), LINES);
      assertThat(wire.head().status()).isEqualTo(200);
      StringBuilder body = new StringBuilder();
      assertThatThrownBy(
              () -> {
                while (true) {
                  String chunk = wire.chunk();
                  assertThat(chunk).isNotEmpty();
                  body.append(chunk);
                }
              })
          .isInstanceOfAny(EOFException.class, NumberFormatException.class);
      assertThat(body.toString())
          .startsWith("{\"item\":0}\n{\"item\":1}\n{\"type\":\"about:blank\"")
          .contains("\"error\":\"stuck at 2\"", "\"status\":409")
          .endsWith("}\n");
    }
    try (Wire wire = wire()) {
      assertThat(wire.get("/health").read().status()).isEqualTo(200);
    }
  }

  @Test
  void makesItemsOnlyAsTheyAreRead() throws Exception {
    agent.close();
    agent = agent(Map.of("PORT", "0"));
    try (Wire wire = Wire.narrow(agent.port())) {
      wire.call(call("endless", "{}"), LINES);
      assertThat(wire.head().status()).isEqualTo(200);
      long before = settled();
      // What the system's socket buffers take, and the window: not more.
      assertThat(before).isLessThan(20_000);
      for (int i = 0; i < 2 * before; i++) {
        assertThat(wire.chunk()).startsWith("{\"item\":\"xxx");
      }
      assertThat(streams.made.get()).isGreaterThan(before);
      assertThat(settled()).isLessThan(before * 3 + 20_000);
    }
    await(streams.cancelled);
    await(streams.closed);
  }

  /** Items made once no more are: a time of 200 ms without any. */
  private long settled() throws InterruptedException {
    long last = -1;
    long now = streams.made.get();
    while (now != last || now == 0) {
      last = now;
      assertThat(streams.closed.await(200, TimeUnit.MILLISECONDS)).isFalse();
      now = streams.made.get();
    }
    return now;
  }

  @Test
  void cancelsWhenTheCallerLeaves() throws Exception {
    try (Wire wire = wire()) {
      wire.call(call("feed", "{}"), LINES);
      await(streams.subscribed);
      streams.feed.submit(Map.of("n", 1));
      wire.head();
    }
    while (!streams.cancelled.await(10, TimeUnit.MILLISECONDS)) {
      streams.feed.submit(Map.of("n", 2));
    }
    while (streams.feed.hasSubscribers()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void givesUpCallersWhoDoNotRead() throws Exception {
    List<Wire> stuck = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        stuck.add(Wire.narrow(agent.port()).call(call("endless", "{}"), LINES));
      }
      try (Wire wire = wire()) {
        assertThat(wire.get("/health").read().status()).isEqualTo(200);
        // Every thread for tools is held by one who does not read, but for a second only.
        assertThat(wire.call(call("echo", "{\"text\":\"t\"}")).read().status()).isEqualTo(200);
      }
    } finally {
      for (Wire wire : stuck) {
        wire.close();
      }
    }
    await(streams.closed);
  }

  @Test
  void boundsAStreamByTheDeadlineUpToItsHead() throws Exception {
    // Long enough for a busy machine to call the tool before it is over.
    try (Wire wire = wire()) {
      Wire.Response late = wire.call(call("silent", "{}"), "X-Nexus-Timeout: 1500ms", LINES).read();
      assertThat(late.status()).isEqualTo(504);
      await(streams.cancelled);
      await(streams.closed);
    }
    try (Wire wire = wire()) {
      wire.call(call("feed", "{}"), "X-Nexus-Timeout: 1500ms", LINES);
      await(streams.subscribed);
      streams.feed.submit(Map.of("n", 1));
      wire.head();
      wire.chunk();
      assertThat(new CountDownLatch(1).await(1600, TimeUnit.MILLISECONDS)).isFalse();
      streams.feed.submit(Map.of("n", 2));
      assertThat(wire.chunk()).contains("2");
    }
  }

  @Test
  void servesManyStreamsAtOnceWithFewThreads() throws Exception {
    List<Wire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < 30; i++) {
        wires.add(wire().call(call("feed", "{}"), LINES));
      }
      while (streams.feed.getNumberOfSubscribers() < 30) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < 300; i++) {
        streams.feed.submit(Map.of("n", i));
      }
      streams.feed.close();
      for (Wire wire : wires) {
        assertThat(wire.head().status()).isEqualTo(200);
        List<String> lines = wire.chunks().lines().toList();
        assertThat(lines).hasSize(301);
        assertThat(lines.get(299)).isEqualTo("{\"item\":{\"n\":299}}");
        assertThat(lines.get(300)).isEqualTo("{\"end\":{\"items\":300}}");
      }
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }
}
