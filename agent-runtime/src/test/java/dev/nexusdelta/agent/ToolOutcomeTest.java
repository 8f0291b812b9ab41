package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ToolOutcomeTest {
  /** What another library's future looks like. */
  public static final class ForeignFuture<T> {
    private final T value;

    ForeignFuture(T value) {
      this.value = value;
    }

    /** The bridge. */
    public CompletionStage<T> toCompletionStage() {
      return CompletableFuture.completedFuture(value);
    }
  }

  /** Ends in every way. */
  public static final class Outcomes {
    final AtomicBoolean interrupted = new AtomicBoolean();
    final CountDownLatch cancelled = new CountDownLatch(1);

    @Tool
    public double divide(double a, double b) {
      if (b == 0) {
        throw new ToolException(409, "division_by_zero", "b is 0: expected another number");
      }
      return a / b;
    }

    @Tool
    public String plain() {
      throw new ToolException("no such thing");
    }

    @Tool
    public String bug() {
      throw new IllegalStateException("secret");
    }

    @Tool
    public int overflow() {
      return deeper(1);
    }

    private static int deeper(int level) {
      return level == 0 ? 0 : 1 + deeper(level + 1);
    }

    @Tool
    public String hungry() {
      throw new OutOfMemoryError("Java heap space");
    }

    @Tool
    public CompletionStage<String> later() {
      return CompletableFuture.supplyAsync(() -> "later");
    }

    @Tool
    public CompletionStage<String> failsLater() {
      return CompletableFuture.supplyAsync(
          () -> {
            throw new ToolException(404, "gone", "it is gone");
          });
    }

    @Tool
    public Future<String> plainFuture() {
      FutureTask<String> task = new FutureTask<>(() -> "done");
      Thread thread = new Thread(task);
      thread.setDaemon(true);
      thread.start();
      return task;
    }

    @Tool
    public ForeignFuture<List<String>> foreign() {
      return new ForeignFuture<>(List.of("a"));
    }

    @Tool
    public String waits(ToolContext context) throws InterruptedException {
      context.onCancel(cancelled::countDown);
      try {
        new CountDownLatch(1).await();
        return "never";
      } catch (InterruptedException e) {
        interrupted.set(context.isCancelled());
        throw e;
      }
    }

    @Tool
    public Map<String, String> context(ToolContext context) {
      context.checkCancelled();
      context.logger().log(System.Logger.Level.INFO, "hello");
      return Map.of(
          "id", context.requestId(), "left", String.valueOf(context.remaining().isPresent()));
    }

    @Tool
    public CompletionStage<String> neverEnds() {
      return new CompletableFuture<>();
    }

    @Tool
    public Object endless() {
      List<Object> loop = new ArrayList<>();
      loop.add(loop);
      return loop;
    }

    @Tool
    public Object odd() {
      return Map.of("x", new Object());
    }
  }

  private final Outcomes agent = new Outcomes();
  private final AgentTester tester = AgentTester.of(agent);

  private AgentTester.Reply execute(String tool) {
    return tester.execute("{\"tool_name\":\"" + tool + "\"}");
  }

  @Test
  void tellsTheToolsOwnFailure() {
    assertThatThrownBy(() -> tester.call("divide", Map.of("a", 1, "b", 0)))
        .isInstanceOfSatisfying(
            ToolException.class,
            e -> {
              assertThat(e.status()).isEqualTo(409);
              assertThat(e.code()).isEqualTo("division_by_zero");
              assertThat(e).hasMessage("b is 0: expected another number");
            });
    AgentTester.Reply plain = execute("plain");
    assertThat(plain.status()).isEqualTo(422);
    assertThat(plain.code()).isEqualTo("tool_failed");
    assertThat(plain.body()).contains("\"error\":\"no such thing\"");
  }

  @Test
  void hidesAnUnexpectedFailureBehindAnId() {
    AgentTester.Reply reply = execute("bug");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.code()).isEqualTo("internal");
    assertThat(reply.body()).doesNotContain("secret").containsPattern("error id [0-9a-f]{16}");
    assertThat(execute("overflow").status()).isEqualTo(500);
    assertThat(execute("hungry").code()).isEqualTo("out_of_memory");
  }

  @Test
  void awaitsResultsThatComeLater() {
    assertThat(tester.call("later", Map.of())).isEqualTo("later");
    assertThat(tester.call("plain_future", Map.of())).isEqualTo("done");
    assertThat(tester.call("foreign", Map.of())).isEqualTo(List.of("a"));
    assertThat(execute("fails_later").code()).isEqualTo("gone");
    assertThat(tester.tools())
        .contains("{\"name\":\"foreign\"")
        .contains("\"items\":{\"type\":\"string\"}");
  }

  @Test
  void refusesResultsThatJsonCannotCarry() {
    AgentTester.Reply infinite =
        tester.execute("{\"tool_name\":\"divide\",\"parameters\":{\"a\":1e308,\"b\":1e-10}}");
    assertThat(infinite.status()).isEqualTo(500);
    assertThat(execute("endless").status()).isEqualTo(500);
    assertThat(execute("odd").status()).isEqualTo(500);
  }

  @Test
  void givesToolsTheirCall() {
    assertThat(tester.call("context", Map.of())).isEqualTo(Map.of("id", "test", "left", "false"));
    assertThat(tester.execute("{\"tool_name\":\"context\"}", Duration.ofMinutes(1)).body())
        .contains("\"left\":\"true\"");
  }

  @Test
  void cancelsAtTheDeadline() throws InterruptedException {
    AgentTester.Reply reply = tester.execute("{\"tool_name\":\"waits\"}", Duration.ofMillis(50));
    assertThat(reply.status()).isEqualTo(504);
    assertThat(reply.code()).isEqualTo("deadline_exceeded");
    assertThat(reply.body()).contains("50 ms", "\"retryable\":true");
    assertThat(agent.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.interrupted).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void endsACallWhoseResultNeverComes() {
    AgentTester.Reply reply =
        tester.execute("{\"tool_name\":\"never_ends\"}", Duration.ofMillis(50));
    assertThat(reply.status()).isEqualTo(504);
  }
}
