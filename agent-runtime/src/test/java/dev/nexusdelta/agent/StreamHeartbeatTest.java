package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.agent.http.AgentServer;
import dev.nexusdelta.agent.http.PreparedServer;
import dev.nexusdelta.agent.http.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StreamHeartbeatTest {
  private static final String EVENTS = "Accept: text/event-stream";

  /** Cannot be written. */
  public record Bad(int n) {
    @Override
    public int n() {
      if (n == 1) {
        throw new AssertionError("bad item");
      }
      return n;
    }
  }

  /** Streams that say nothing after their head, or break with errors. */
  public static final class Silent {
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch never = new CountDownLatch(1);

    @Tool
    public Flow.Publisher<String> silent(ToolContext context) {
      context.progress(1, 2, "");
      return subscriber -> subscriber.onSubscribe(subscription(n -> {}));
    }

    @Tool
    public Flow.Publisher<String> blocks(ToolContext context) {
      context.progress(1, 2, "");
      return Items.of(
          () ->
              new Iterator<>() {
                @Override
                public boolean hasNext() {
                  return true;
                }

                @Override
                public String next() {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                  return "late";
                }
              });
    }

    @Tool
    public Flow.Publisher<Bad> bad() {
      return Items.of(List.of(new Bad(0), new Bad(1), new Bad(2)));
    }

    @Tool
    public Flow.Publisher<String> broken(ToolContext context) {
      context.progress(1, 2, "");
      return subscriber ->
          subscriber.onSubscribe(
              subscription(
                  n -> {
                    throw new AssertionError("broken publisher");
                  }));
    }

    private Flow.Subscription subscription(LongConsumer request) {
      return new Flow.Subscription() {
        @Override
        public void request(long n) {
          request.accept(n);
        }

        @Override
        public void cancel() {
          cancelled.countDown();
          throw new AssertionError("cannot even be cancelled");
        }
      };
    }
  }

  private final Silent silent = new Silent();
  private AgentServer agent;

  @BeforeEach
  void start() throws IOException {
    AgentServer.Settings settings =
        new AgentServer.Settings(
            "Silent",
            "1",
            "",
            "127.0.0.1",
            0,
            1 << 20,
            4,
            Duration.ofSeconds(5),
            Duration.ofMillis(50));
    System.Logger logger = System.getLogger("StreamHeartbeatTest");
    agent =
        AgentServer.start(
            PreparedServer.begin(),
            settings,
            AgentBuilder.of(silent).toolbox(id -> logger),
            logger,
            System::nanoTime,
            new Ids());
  }

  @AfterEach
  void stop() {
    silent.never.countDown();
    agent.close();
  }

  private Wire call(String tool, String... headers) throws IOException {
    return new Wire(agent.port())
        .call("{\"tool_name\":\"" + tool + "\",\"parameters\":{}}", headers);
  }

  private void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void beatsWhileNothingComes() throws IOException {
    try (Wire lines = call("silent");
        Wire events = call("blocks", EVENTS)) {
      lines.head();
      assertThat(lines.chunk()).startsWith("{\"progress\":");
      events.head();
      assertThat(events.chunk()).startsWith("event: progress\n");
      for (int i = 0; i < 3; i++) {
        assertThat(lines.chunk()).isEqualTo("\n");
        assertThat(events.chunk()).isEqualTo(":\n\n");
      }
    }
  }

  @Test
  void aSilentStreamEndsWhenItsCallerLeft() throws Exception {
    try (Wire wire = call("silent")) {
      wire.head();
    }
    await(silent.cancelled);
    assertThat(agent.drain(30_000)).isTrue();
  }

  @Test
  void aToolThatBlocksForItsNextItemIsInterruptedWhenItsCallerLeft() throws Exception {
    try (Wire wire = call("blocks")) {
      wire.head();
    }
    await(silent.interrupted);
    assertThat(agent.drain(30_000)).isTrue();
  }

  @Test
  void errorsOfItemsAndPublishersEndTheStream() throws Exception {
    for (String tool : new String[] {"bad", "broken"}) {
      try (Wire wire = call(tool)) {
        assertThat(wire.head().status()).isEqualTo(200);
        wire.chunk();
        String last = wire.chunk();
        while (last.equals("\n")) {
          last = wire.chunk();
        }
        assertThat(last).contains("\"status\":500", "\"code\":\"internal\"");
        assertThatThrownBy(wire::chunk)
            .isInstanceOfAny(IOException.class, NumberFormatException.class);
      }
      try (Wire wire = call(tool, "Accept: application/json")) {
        assertThat(wire.read().status()).isEqualTo(500);
      }
    }
    await(silent.cancelled);
    assertThat(agent.drain(30_000)).isTrue();
  }
}
