package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StreamTesterTest {
  record To(int to) {}

  record Square(int of, int is) {}

  /** Streams of every kind. */
  public static final class Squares {
    final AtomicBoolean closed = new AtomicBoolean();

    @Tool
    public CompletionStage<Flow.Publisher<Square>> later(int to, ToolContext context) {
      context.progress(0, to, "begin");
      return CompletableFuture.completedFuture(Items.of(squares(to).toList()));
    }

    @Tool
    public Flow.Publisher<Square> endless() {
      return Items.of(squares(Integer.MAX_VALUE).onClose(() -> closed.set(true)));
    }

    @Tool
    public Flow.Publisher<Square> none() {
      return null;
    }

    @Tool
    public Flow.Publisher<Object> infinite() {
      return Items.of(List.of(1, Double.POSITIVE_INFINITY));
    }

    @Tool
    public Flow.Publisher<Integer> rude() {
      return subscriber ->
          subscriber.onSubscribe(
              new Flow.Subscription() {
                @Override
                public void request(long n) {
                  for (int i = 0; i <= n; i++) {
                    subscriber.onNext(i);
                  }
                }

                @Override
                public void cancel() {}
              });
    }

    private static Stream<Square> squares(int to) {
      return Stream.iterate(1, i -> i + 1).limit(to).map(i -> new Square(i, i * i));
    }
  }

  private final Squares agent = new Squares();
  private final AgentTester tester = AgentTester.of(agent);

  @Test
  void givesItemsAndProgress() {
    AgentTester.Streamed streamed = tester.stream("later", Map.of("to", 100));
    assertThat(streamed.items()).hasSize(100).contains(Map.of("of", 7, "is", 49));
    assertThat(streamed.progress()).containsExactly(new AgentTester.Progress(0, 100, "begin"));
    assertThat(streamed.failure()).isNull();
    assertThat(tester.call("later", Map.of("to", 2)))
        .isEqualTo(List.of(Map.of("of", 1, "is", 1), Map.of("of", 2, "is", 4)));
  }

  @Test
  void leavesAStreamWithoutEnd() {
    assertThat(tester.stream("endless", Map.of(), 20).items()).hasSize(20);
    assertThat(agent.closed).isTrue();
  }

  @Test
  void tellsFailures() {
    assertThat(tester.stream("none", Map.of()).failure())
        .hasFieldOrPropertyWithValue("status", 500);
    AgentTester.Streamed infinite = tester.stream("infinite", Map.of());
    assertThat(infinite.items()).containsExactly(1);
    assertThat(infinite.failure()).hasFieldOrPropertyWithValue("code", "internal");
    AgentTester.Streamed rude = tester.stream("rude", Map.of());
    assertThat(rude.items()).hasSize(16);
    assertThat(rude.failure()).hasFieldOrPropertyWithValue("code", "internal");
  }

  @Test
  void marksTheSchemaOfItems() {
    assertThat(tester.tools())
        .contains(
            "{\"name\":\"later\"",
            "\"outputSchema\":{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
                + "\"x-nexus-stream\":true,\"type\":\"object\"");
  }

  @Test
  void servesLambdas() {
    AgentTester lambdas =
        AgentTester.of(
            AgentBuilder.named("Lambdas").stream(
                    "typed",
                    "Counts",
                    To.class,
                    Square.class,
                    to -> Items.of(Squares.squares(to.to())))
                .readOnly()
                .tool("untyped", "Counts", To.class, to -> Items.of(List.of(1, 2))));
    assertThat(lambdas.stream("typed", Map.of("to", 3)).items()).hasSize(3);
    assertThat(lambdas.stream("untyped", Map.of("to", 3)).items()).containsExactly(1, 2);
    assertThat(lambdas.call("untyped", Map.of("to", 3))).isEqualTo(List.of(1, 2));
    assertThat(lambdas.tools()).contains("\"x-nexus-stream\":true");
  }
}
