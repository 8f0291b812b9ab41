package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that pass as they come, both ways, in constant memory. */
@Timeout(60)
class ProxyStreamsTest {
  private static final String PATH = "/agents/math/execute";
  private static final String LOOK = "{\"tool_name\":\"look\"}";
  private static final String LINES =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String PIECE = "x".repeat(64 * 1024);
  private static final String CHUNK = "10000\r\n" + PIECE + "\r\n";

  /** All that four socket buffers of this system and the gateway's own queues may hold. */
  private static final long BUFFERS = 32L << 20;

  @TempDir Path folder;
  private ProxyFixture proxy;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private static Manifest.Limits limits(Duration timeout, Duration idle) {
    return new Manifest.Limits(timeout, idle, 64, 128, 4L << 30);
  }

  private void serve(RawUpstream agent, Duration timeout, Duration idle) {
    proxy.fleet.serve("math", limits(timeout, idle), agent.port());
  }

  private void serve(RawUpstream agent) {
    serve(agent, Duration.ofSeconds(30), Duration.ofSeconds(20));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("not in time");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** What it counts once it counts no further. */
  private static long settled(AtomicLong count) {
    long last = -1;
    long now = count.get();
    while (now == 0 || now != last) {
      last = now;
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
      ProxyFixture.until(() -> System.nanoTime() > until);
      now = count.get();
    }
    return now;
  }

  @Test
  void aToolsLinesPassOneByOne() throws IOException {
    CountDownLatch second = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(LINES + "b\r\n{\"item\":1}\n\r\n");
              await(second);
              connection.write(
                  "b\r\n{\"item\":2}\n\r\n14\r\n{\"end\":{\"items\":2}}\n\r\n0\r\n\r\n");
            })) {
      serve(agent, Duration.ofMillis(300), Duration.ofSeconds(20));
      try (RawClient client = proxy.client()) {
        client.post("/agents/math/tools/look", "{\"a\":1}", "Accept: application/x-ndjson");
        assertThat(client.head()).contains("application/x-ndjson");
        assertThat(client.chunk()).isEqualTo("{\"item\":1}\n");
        // Beyond limits.timeout, which holds up to the head.
        long late = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400);
        ProxyFixture.until(() -> System.nanoTime() > late);
        second.countDown();
        StringBuilder rest = new StringBuilder();
        for (String chunk = client.chunk(); chunk != null; chunk = client.chunk()) {
          rest.append(chunk);
        }
        assertThat(rest.toString()).isEqualTo("{\"item\":2}\n{\"end\":{\"items\":2}}\n");
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
      assertThat(agent.requests.get(0))
          .startsWith("POST /execute ")
          .containsIgnoringCase("accept: application/x-ndjson")
          .endsWith("{\"tool_name\":\"look\",\"parameters\":{\"a\":1}}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LINES + "15\r\n{\"error\":\"stuck\"}   \n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{\"error\":\"stuck\"}   \n",
      })
  void aStreamThatItsAgentCutsIsCut(String answer) throws IOException {
    CountDownLatch seen = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(answer);
              await(seen);
              connection.reset();
            })) {
      serve(agent);
      try (RawClient client = proxy.client()) {
        client.post(PATH, LOOK);
        assertThat(client.head()).contains("200");
        assertThat(client.chunk()).isEqualTo("{\"error\":\"stuck\"}   \n");
        seen.countDown();
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  /** An agent that sends so much as fast as it can. */
  private static RawUpstream sending(long pieces, boolean chunked, AtomicLong sent) {
    return new RawUpstream(
        connection -> {
          connection.read();
          long bytes = pieces * PIECE.length();
          connection.write(
              chunked ? LINES : "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
          for (long i = 0; i < pieces; i++) {
            connection.write(chunked ? CHUNK : PIECE);
            sent.addAndGet(PIECE.length());
          }
          connection.write(chunked ? "0\r\n\r\n" : "");
        });
  }

  /** Reads a body to its end, and gives how far the sender ever was ahead. */
  private static long ahead(RawClient client, boolean chunked, long bytes, AtomicLong sent)
      throws IOException {
    byte[] into = new byte[256 * 1024];
    long received = 0;
    long most = 0;
    while (received < bytes) {
      if (chunked) {
        String chunk = client.chunk();
        received += chunk == null ? bytes : chunk.length();
      } else {
        received += client.some(into);
      }
      most = Math.max(most, sent.get() - received);
    }
    assertThat(received).isEqualTo(bytes);
    if (chunked) {
      assertThat(client.chunk()).isNull();
    }
    return most;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSlowCallerHoldsUpTheAgent(boolean chunked) throws IOException {
    AtomicLong sent = new AtomicLong();
    try (RawUpstream agent = sending(640, chunked, sent)) {
      serve(agent);
      try (RawClient client = RawClient.narrow(proxy.port)) {
        client.post(PATH, LOOK);
        assertThat(client.head()).contains("200");
        assertThat(settled(sent)).isLessThan(BUFFERS);
        assertThat(ahead(client, chunked, 640L * PIECE.length(), sent)).isLessThan(BUFFERS);
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
    }
  }

  @Tag("long")
  @Test
  @Timeout(300)
  void aGigabytePassesInConstantMemory() throws IOException {
    AtomicLong sent = new AtomicLong();
    try (RawUpstream agent = sending(16_384, true, sent)) {
      serve(agent);
      try (RawClient client = RawClient.narrow(proxy.port)) {
        client.post(PATH, LOOK);
        client.head();
        assertThat(ahead(client, true, 1L << 30, sent)).isLessThan(BUFFERS);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSlowAgentHoldsUpTheUpload(boolean chunked) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    int pieces = 800;
    long all = (chunked ? CHUNK : PIECE).length() * (long) pieces;
    AtomicLong received = new AtomicLong();
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.head();
              await(go);
              String end = "";
              while (chunked ? !end.endsWith("\r\n0\r\n\r\n") : received.get() < all) {
                String some = connection.some();
                received.addAndGet(some.length());
                end = (end + some).substring(Math.max(0, end.length() + some.length() - 9));
              }
              connection.answer(200, "all");
            })) {
      serve(agent);
      try (RawClient client = proxy.client()) {
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + all;
        client.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + framing
                + "\r\n\r\n");
        Thread sender =
            new Thread(
                () -> {
                  try {
                    for (int i = 0; i < pieces; i++) {
                      client.send(chunked ? CHUNK : PIECE);
                      sent.addAndGet(PIECE.length());
                    }
                    client.send(chunked ? "0\r\n\r\n" : "");
                  } catch (IOException e) {
                    // Shows in the answer.
                  }
                });
        sender.start();
        assertThat(settled(sent)).isLessThan(BUFFERS);
        go.countDown();
        assertThat(client.reply().body()).isEqualTo("all");
        sender.join(20_000);
        assertThat(received.get()).isGreaterThanOrEqualTo(pieces * (long) PIECE.length());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void aCallerThatLeavesAStreamEndsItAtTheAgent(boolean flowing, boolean reset) throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(LINES + "b\r\n{\"item\":1}\n\r\n");
              try {
                while (flowing) {
                  connection.write(CHUNK);
                }
                if (connection.isLeft()) {
                  left.countDown();
                }
              } catch (IOException e) {
                left.countDown();
              }
            })) {
      serve(agent);
      try (RawClient client = proxy.client()) {
        client.post(PATH, LOOK);
        client.head();
        assertThat(client.chunk()).isEqualTo("{\"item\":1}\n");
        if (reset) {
          client.reset();
        }
      }
      assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
      ProxyFixture.until(() -> proxy.metrics.scrape().contains("code=\"499\""));
      assertThat(proxy.fleet.failures).isEmpty();
    }
  }

  @Test
  void aCallerThatEndsItsSideStillGetsTheWholeStream() throws IOException {
    CountDownLatch more = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(LINES + "b\r\n{\"item\":1}\n\r\n");
              await(more);
              connection.write("b\r\n{\"item\":2}\n\r\n0\r\n\r\n");
            })) {
      serve(agent);
      try (RawClient client = proxy.client()) {
        client.post(PATH, LOOK);
        client.head();
        assertThat(client.chunk()).isEqualTo("{\"item\":1}\n");
        client.finish();
        long later = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        ProxyFixture.until(() -> System.nanoTime() > later);
        more.countDown();
        assertThat(client.chunk()).isEqualTo("{\"item\":2}\n");
        assertThat(client.chunk()).isNull();
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aCallerThatEndsItsSideAfterAnUploadIsServed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.head();
              await(go);
              connection.text(32 * PIECE.length());
              connection.answer(200, "all");
            })) {
      serve(agent);
      try (RawClient client = proxy.client()) {
        client.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + 32 * PIECE.length()
                + "\r\n\r\n");
        for (int i = 0; i < 32; i++) {
          client.send(PIECE);
        }
        client.finish();
        long later = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        ProxyFixture.until(() -> System.nanoTime() > later);
        go.countDown();
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("all");
      }
    }
  }

  @Test
  void aCallerThatDoesNotReadIsCutAndTheAgentNotBlamed() throws IOException {
    AtomicLong sent = new AtomicLong();
    try (RawUpstream agent = sending(1_000_000, true, sent)) {
      serve(agent, Duration.ofSeconds(30), Duration.ofMillis(600));
      try (RawClient client = RawClient.narrow(proxy.port)) {
        client.post(PATH, LOOK);
        client.head();
        ProxyFixture.until(
            () -> proxy.metrics.scrape().contains("code=\"504\",tool=\"look\"} 1.0"));
        assertThat(proxy.fleet.failures).isEmpty();
        assertThat(sent.get()).isLessThan(BUFFERS);
      }
    }
  }

  @Test
  void aCallerThatReadsSlowlyIsNotCut() throws IOException {
    readSlowly(50, Duration.ofSeconds(2));
  }

  @Tag("long")
  @Tag("long")
  @Test
  void norIsOneThatReadsSlowlyForLong() throws IOException {
    readSlowly(120, Duration.ofSeconds(4));
  }

  /** A chunk every 50 ms, so that the whole takes longer than {@code idle}. */
  private void readSlowly(int most, Duration idle) throws IOException {
    AtomicLong sent = new AtomicLong();
    try (RawUpstream agent = sending(most, true, sent)) {
      serve(agent, Duration.ofSeconds(30), idle);
      try (RawClient client = RawClient.narrow(proxy.port)) {
        client.post(PATH, LOOK);
        client.head();
        int chunks = 0;
        for (String chunk = client.chunk(); chunk != null; chunk = client.chunk()) {
          chunks++;
          long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
          ProxyFixture.until(() -> System.nanoTime() > next);
        }
        assertThat(chunks).isGreaterThanOrEqualTo(most);
      }
    }
  }

  @Test
  void anAnswerOfKnownLengthIsBoundToItsLastByte() throws IOException {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
              try {
                while (true) {
                  connection.write("x");
                  long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
                  ProxyFixture.until(() -> System.nanoTime() > next);
                }
              } catch (IOException e) {
                // Cut, as it should be.
              }
            })) {
      serve(agent, Duration.ofMillis(400), Duration.ofSeconds(20));
      RawClient.Reply reply = proxy.post(PATH, LOOK);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.complete()).isFalse();
    }
    assertThat(proxy.accessLines().get(0)).contains("deadline_exceeded");
  }

  @Test
  void anEarlyAnswerEndsTheUploadAtTheAgent() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.head();
              connection.answer(413, PIECE);
              if (connection.isLeft()) {
                left.countDown();
              }
            })) {
      serve(agent);
      try (RawClient client = proxy.client()) {
        client.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + CHUNK
                + CHUNK);
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.complete()).isTrue();
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }
}
