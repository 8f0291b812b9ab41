package dev.nexusdelta.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Outcome;
import dev.nexusdelta.exchange.Exchange.Outgoing;
import dev.nexusdelta.exchange.Exchange.Target;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An exchange on an event loop of its own, and how tests call by it. */
abstract class ExchangeFixture {
  final AtomicLong clock = new AtomicLong();
  Vertx vertx;
  Context context;
  Exchange exchange;

  /** Called on the event loop that the exchange belongs to. */
  abstract Exchange create(Vertx vertx, AtomicLong clock);

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    exchange = on(() -> create(vertx, clock));
  }

  @AfterEach
  void close() {
    on(
        () -> {
          exchange.close();
          return true;
        });
    join(vertx.close().toCompletionStage().toCompletableFuture());
  }

  Target target(RawUpstream agent) {
    return new Target("replica-" + agent.port(), address(agent.port()));
  }

  static SocketAddress address(int port) {
    return SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }

  static Outgoing held(String body) {
    return Outgoing.held(
        HttpMethod.POST, "/execute", headers -> headers.add("X-Test", "1"), Buffer.buffer(body));
  }

  Outcome outcome(RawUpstream agent, String body) {
    return outcome(target(agent), held(body));
  }

  /** The outcome, with the body still to be read on the event loop. */
  Outcome outcome(Target target, Outgoing outgoing) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    on(() -> exchange.begin(target, outgoing, outcome::complete));
    return join(outcome);
  }

  String call(RawUpstream agent, String body) {
    CompletableFuture<String> result = new CompletableFuture<>();
    on(() -> exchange.begin(target(agent), held(body), outcome -> read(outcome, result)));
    String text = join(result);
    settle();
    return text;
  }

  /** What an exchange does after the end of an answer has been done. */
  void settle() {
    for (int i = 0; i < 3; i++) {
      on(() -> true);
    }
  }

  String text(Outcome outcome) {
    CompletableFuture<String> result = new CompletableFuture<>();
    on(
        () -> {
          read(outcome, result);
          return true;
        });
    return join(result);
  }

  static void read(Outcome outcome, CompletableFuture<String> result) {
    if (outcome instanceof Answer answer) {
      Buffer body = Buffer.buffer();
      answer.body().handler(body::appendBuffer);
      answer
          .body()
          .exceptionHandler(broken -> result.complete(answer.status() + " " + body + " broken"));
      answer.body().endHandler(end -> result.complete(answer.status() + " " + body));
      answer.body().resume();
    } else {
      result.complete(outcome.toString());
    }
  }

  <T> T on(Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        run -> {
          try {
            result.complete(action.get());
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return join(result);
  }

  /** Asks on the event loop until it is so. */
  void await(Supplier<Boolean> condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!on(condition)) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  static <T> T join(CompletableFuture<T> future) {
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
