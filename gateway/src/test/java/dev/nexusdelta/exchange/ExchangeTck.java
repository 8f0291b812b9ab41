package dev.nexusdelta.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.Exchange.Attempt;
import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.exchange.Exchange.Outcome;
import dev.nexusdelta.exchange.Exchange.Outgoing;
import dev.nexusdelta.exchange.Exchange.Target;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Exchange} does. */
abstract class ExchangeTck extends ExchangeFixture {
  @Test
  void sendsOneWellFramedRequest() {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      assertThat(call(agent, "{\"a\":1}")).isEqualTo("200 hello");
      String request = agent.requests.get(0);
      assertThat(request)
          .startsWith("POST /execute HTTP/1.1\r\n")
          .containsIgnoringCase("host: 127.0.0.1:" + agent.port())
          .containsIgnoringCase("x-test: 1")
          .containsOnlyOnce("ontent-")
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\n{\"a\":1}");
    }
  }

  @Test
  void keepsAConnectionThatEndedCleanly() {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      for (int i = 0; i < 20; i++) {
        assertThat(call(agent, "x")).isEqualTo("200 hello");
      }
      assertThat(agent.connections()).isEqualTo(1);
    }
  }

  @Test
  void doesNotUseAConnectionThatWasIdleForLong() {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      call(agent, "x");
      clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
      assertThat(call(agent, "x")).isEqualTo("200 hello");
      assertThat(agent.connections()).isEqualTo(2);
    }
  }

  @Test
  void connectionsBelongToAReplicaNotToItsAddress() {
    try (RawUpstream agent = RawUpstream.answering("hello")) {
      call(agent, "x");
      assertThat(text(outcome(new Target("other", address(agent.port())), held("x"))))
          .isEqualTo("200 hello");
      assertThat(agent.connections()).isEqualTo(2);
    }
  }

  @Test
  void aRefusedConnectionWasNotSent() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Outcome outcome = outcome(new Target("a", address(port)), held("x"));
    assertThat(outcome).isInstanceOf(NotSent.class);
    assertThat(((NotSent) outcome).reason()).isEqualTo("refused");
  }

  @Test
  void aConnectionThatIsNotAcceptedInTimeWasNotSent() throws Exception {
    // A full backlog drops the first packet of a connection, as a black hole does.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Outcome> timedOut = new CompletableFuture<>();
      for (int i = 0; i < 8; i++) {
        on(
            () ->
                exchange.begin(
                    new Target("a", address(full.getLocalPort())),
                    held("x"),
                    outcome -> {
                      if (outcome instanceof NotSent) {
                        timedOut.complete(outcome);
                      }
                    }));
      }
      Outcome outcome = timedOut.get(10, TimeUnit.SECONDS);
      assertThat(((NotSent) outcome).reason()).isEqualTo("connect_timeout");
    }
  }

  @Test
  void anEndOrResetAfterTheHeadIsBroken() {
    try (RawUpstream ends = RawUpstream.raw("");
        RawUpstream resets =
            new RawUpstream(
                connection -> {
                  connection.read();
                  connection.reset();
                })) {
      assertThat(outcome(ends, "x")).isInstanceOf(Broken.class);
      Outcome outcome = outcome(resets, "x");
      assertThat(outcome).isInstanceOf(Broken.class);
      assertThat(((Broken) outcome).errorType()).isEqualTo("connection_terminated");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOT HTTP\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n"
      })
  void whatIsNoHttpIsBroken(String answer) {
    try (RawUpstream agent = RawUpstream.raw(answer)) {
      Outcome outcome = outcome(agent, "x");
      assertThat(outcome).isInstanceOf(Broken.class);
    }
  }

  @Test
  void headersOverTheLimitAreBroken() {
    try (RawUpstream agent =
        RawUpstream.raw("HTTP/1.1 200 OK\r\nX: " + "a".repeat(100_000) + "\r\n\r\n")) {
      assertThat(outcome(agent, "x")).isInstanceOf(Broken.class);
    }
  }

  @Test
  void interimAnswersArePassedOver() {
    try (RawUpstream agent =
        RawUpstream.raw(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      assertThat(call(agent, "x")).isEqualTo("200 ok");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"
      })
  void aBodyThatBreaksOffIsNoCleanEnd(String answer) {
    try (RawUpstream agent = RawUpstream.raw(answer)) {
      assertThat(call(agent, "x")).isEqualTo("200 abc broken");
    }
  }

  @Test
  void aBodyMayEndWithTheConnection() {
    try (RawUpstream agent = RawUpstream.raw("HTTP/1.1 200 OK\r\n\r\nabc")) {
      assertThat(call(agent, "x")).isEqualTo("200 abc");
    }
  }

  @Test
  void surplusBytesNeverReachTheNextCall() {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
              }
            })) {
      for (int i = 0; i < 20; i++) {
        assertThat(call(agent, "x")).isEqualTo("200 ok");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
      })
  void closesAConnectionThatIsNotToBeKept(String answer) {
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              connection.write(answer);
              connection.read();
            })) {
      for (int i = 1; i <= 5; i++) {
        assertThat(call(agent, "x")).isEqualTo("200 ok");
        assertThat(agent.connections()).isEqualTo(i);
      }
    }
  }

  @Test
  void statusesWithoutBodyHaveNone() {
    try (RawUpstream agent =
        RawUpstream.raw("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc")) {
      assertThat(call(agent, "x")).isEqualTo("204 ");
    }
  }

  @Test
  void cancellingClosesTheConnection() throws InterruptedException {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.read();
              arrived.countDown();
              if (connection.isLeft()) {
                left.countDown();
              }
            })) {
      AtomicBoolean told = new AtomicBoolean();
      Attempt attempt =
          on(() -> exchange.begin(target(agent), held("x"), outcome -> told.set(true)));
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      on(
          () -> {
            attempt.cancel();
            return true;
          });
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      settle();
      assertThat(told).isFalse();
    }
  }

  @Test
  void anAnswerMayComeBeforeTheBodyIsSentAndEndsIt() throws InterruptedException {
    CountDownLatch left = new CountDownLatch(1);
    try (RawUpstream agent =
        new RawUpstream(
            connection -> {
              connection.head();
              connection.answer(413, "no");
              if (connection.isLeft()) {
                left.countDown();
              }
            })) {
      CompletableFuture<String> result = new CompletableFuture<>();
      EndlessBody body = new EndlessBody(context);
      on(
          () -> {
            exchange.begin(
                target(agent),
                Outgoing.streamed(HttpMethod.POST, "/execute", headers -> {}, body, -1),
                outcome -> read(outcome, result));
            return true;
          });
      assertThat(join(result)).isEqualTo("413 no");
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      on(body::pause);
    }
  }
}
