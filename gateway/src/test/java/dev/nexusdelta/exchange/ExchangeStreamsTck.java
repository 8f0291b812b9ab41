package dev.nexusdelta.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Attempt;
import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.Listener;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.exchange.Exchange.Outcome;
import dev.nexusdelta.exchange.Exchange.Outgoing;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Exchange} does with streams, framing and connections that are kept. */
abstract class ExchangeStreamsTck extends ExchangeFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 +20 OK~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 2000 OK~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 200 OK~X: a{CR}b~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 200 OK~X: a{NUL}b~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 200 OK~no colon~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 200 OK~X A: 1~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2~~ab|http_protocol_error",
        "HTTP/1.1 200 OK~Content-Length: 1~Transfer-Encoding: chunked~~0~~|http_protocol_error",
        "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~abc|http_response_transfer_coding",
        "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~0~~|http_response_transfer_coding",
        "HTTP/1.1 101 Switching Protocols~Upgrade: x~~|http_protocol_error",
        "HTTP/2.0 200 OK~Content-Length: 0~~|http_protocol_error",
        "HTTP/1.1 200 OK~Content-Len|connection_terminated"
      })
  void saysWhatIsWrongWithAnAnswer(String answer, String errorType) {
    String bytes = answer.replace("~", "\r\n").replace("{CR}", "\r").replace("{NUL}", "\0");
    try (RawUpstream agent = RawUpstream.raw(bytes)) {
      Outcome outcome = outcome(agent, "x");
      assertThat(outcome).isInstanceOf(Broken.class);
      assertThat(((Broken) outcome).errorType()).isEqualTo(errorType);
    }
  }

  @Test
  void namesHeadersThatAreTooLarge() {
    try (RawUpstream agent =
        RawUpstream.raw("HTTP/1.1 200 OK\r\nX: " + "a".repeat(33_000) + "\r\n\r\n")) {
      assertThat(((Broken) outcome(agent, "x")).errorType())
          .isEqualTo("http_response_header_section_size");
    }
  }

  @Test
  void passesEarlyHintsAndNoOtherInterimAnswer() {
    try (RawUpstream agent =
        RawUpstream.raw(
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      List<String> seen = new CopyOnWriteArrayList<>();
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      Listener listener =
          new Listener() {
            @Override
            public void came(Outcome told) {
              outcome.complete(told);
            }

            @Override
            public void hinted(MultiMap headers) {
              seen.add(headers.get("link"));
            }
          };
      on(() -> exchange.begin(target(agent), held("x"), listener));
      assertThat(text(join(outcome))).isEqualTo("200 ok");
      assertThat(seen).containsExactly("a");
    }
  }

  @Test
  void anAnswerThatComesInOneReadIsAllThereAtOnce() {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      Outcome outcome = outcome(agent, "x");
      assertThat(((Answer) outcome).body().whole()).isEqualTo(Buffer.buffer("hello"));
    }
  }

  @Test
  void anAnswerMayComeByteByByte() {
    String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                for (char c : answer.toCharArray()) {
                  connection.write(String.valueOf(c));
                }
              }
            })) {
      for (int i = 0; i < 5; i++) {
        assertThat(call(agent, "x")).isEqualTo("200 abc");
      }
      assertThat(agent.connections()).isEqualTo(1);
    }
  }

  @Test
  void trailersComeBehindTheBody() {
    try (RawUpstream agent =
        RawUpstream.raw(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n")) {
      Outcome outcome = outcome(agent, "x");
      assertThat(text(outcome)).isEqualTo("200 abc");
      MultiMap trailers = ((Answer) outcome).body().trailers();
      assertThat(trailers).isNotNull();
      assertThat(trailers.get("x-sum")).isEqualTo("7");
    }
  }

  @ParameterizedTest
  @CsvSource({"HEAD,200", "POST,304", "POST,204"})
  void answersWithoutBodyKeepTheirConnection(String method, int status) {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                String length = status == 204 ? "" : "Content-Length: 5\r\n";
                connection.write("HTTP/1.1 " + status + " X\r\n" + length + "\r\n");
              }
            })) {
      for (int i = 0; i < 3; i++) {
        Outgoing outgoing =
            Outgoing.held(HttpMethod.valueOf(method), "/x", headers -> {}, Buffer.buffer());
        assertThat(text(outcome(target(agent), outgoing))).isEqualTo(status + " ");
        settle();
      }
      assertThat(agent.connections()).isEqualTo(1);
    }
  }

  @Test
  void heedsHowLongTheAgentKeepsConnections() {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(200, "ok", "Keep-Alive: timeout=1, max=100");
              }
            })) {
      call(agent, "x");
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(400));
      call(agent, "x");
      assertThat(agent.connections()).isEqualTo(1);
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(600));
      call(agent, "x");
      assertThat(agent.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 408 Too Late\r\nContent-Length: 0\r\n\r\n", "x"})
  void whatComesOnAnIdleConnectionEndsIt(String bytes) throws InterruptedException {
    CountDownLatch idle = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    AtomicInteger number = new AtomicInteger();
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              boolean first = number.getAndIncrement() == 0;
              while (connection.read() != null) {
                connection.answer(200, "ok");
                if (first) {
                  await(idle);
                  if (bytes.isEmpty()) {
                    connection.endOutput();
                  }
                  connection.write(bytes);
                  if (connection.isLeft()) {
                    left.countDown();
                  }
                  return;
                }
              }
            })) {
      assertThat(call(agent, "x")).isEqualTo("200 ok");
      idle.countDown();
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(call(agent, "x")).isEqualTo("200 ok");
      assertThat(agent.connections()).isEqualTo(2);
    }
  }

  @Test
  void aPausedAnswerIsNotReadOn() throws InterruptedException {
    int size = 32 << 20;
    AtomicInteger written = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    byte[] chunk = new byte[1 << 16];
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
              for (int i = 0; i < size; i += chunk.length) {
                connection.write(chunk);
                written.addAndGet(chunk.length);
              }
              done.countDown();
            })) {
      Outcome outcome = outcome(agent, "x");
      assertThat(done.await(300, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(written.get()).isLessThan(size);
      assertThat(text(outcome)).hasSizeGreaterThanOrEqualTo(size);
    }
  }

  @Test
  void aBodyThatIsNotTakenHoldsUpItsSource() {
    try (RawUpstream agent = new RawUpstream(RawUpstream.Connection::hang)) {
      EndlessBody body = new EndlessBody(context);
      Attempt attempt =
          on(
              () ->
                  exchange.begin(
                      target(agent),
                      Outgoing.streamed(HttpMethod.POST, "/execute", headers -> {}, body, -1),
                      outcome -> {}));
      await(() -> attempt.isHeldUp() && !body.isFlowing());
      assertThat(on(attempt::isBodySent)).isFalse();
      on(
          () -> {
            attempt.cancel();
            return true;
          });
      // Although the agent still takes nothing.
      await(() -> connections(exchange) == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 6})
  void streamedBodiesAreFramedAnew(long length) {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      Outgoing outgoing =
          Outgoing.streamed(
              HttpMethod.POST, "/execute", headers -> {}, new ShortBody("abc", "def"), length);
      assertThat(text(outcome(target(agent), outgoing))).isEqualTo("200 hello");
      assertThat(agent.requests.get(0))
          .contains(length < 0 ? "transfer-encoding: chunked" : "content-length: 6")
          .endsWith("\r\n\r\nabcdef");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 7})
  void aBodyOfAnotherLengthThanAnnouncedIsNeverFinished(long length) {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      Outgoing outgoing =
          Outgoing.streamed(
              HttpMethod.POST, "/execute", headers -> {}, new ShortBody("abc", "def"), length);
      assertThat(outcome(target(agent), outgoing)).isInstanceOf(Broken.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "\u0100"})
  void whatWouldEndALineIsNeverSent(String value) {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      Outgoing outgoing =
          Outgoing.held(
              HttpMethod.POST,
              "/execute",
              headers -> headers.add("X-Test", value),
              Buffer.buffer("x"));
      assertThat(outcome(target(agent), outgoing)).isInstanceOf(NotSent.class);
      assertThat(call(agent, "x")).isEqualTo("200 hello");
      assertThat(agent.requests).hasSize(1);
    }
  }

  @Test
  void largeHeldBodiesArriveWhole() {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      String body = "a".repeat(60_000);
      assertThat(call(agent, body)).isEqualTo("200 hello");
      assertThat(agent.requests.get(0)).endsWith("\r\n\r\n" + body);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
