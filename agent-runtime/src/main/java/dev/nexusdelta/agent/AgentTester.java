package dev.nexusdelta.agent;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.log.LineLogger;
import dev.nexusdelta.agent.shape.Faults;
import dev.nexusdelta.agent.shape.Shape;
import dev.nexusdelta.agent.shape.Shapes;
import dev.nexusdelta.agent.tools.Answer;
import dev.nexusdelta.agent.tools.Call;
import dev.nexusdelta.agent.tools.Outlet;
import dev.nexusdelta.agent.tools.StreamFormat;
import dev.nexusdelta.agent.tools.ToolCalls;
import dev.nexusdelta.agent.tools.Toolbox;
import dev.nexusdelta.agent.tools.Workers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls an agent's tools in a unit test: no port, no process, but the same reading, checking and
 * writing of JSON as in production.
 *
 * <pre>{@code
 * Object mean = AgentTester.of(new MyAgent()).call("mean", Map.of("data", List.of(1, 2)));
 * }</pre>
 */
public final class AgentTester {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String REQUEST_ID = "test";

  private final Toolbox toolbox;
  private final ToolCalls calls;
  private final Shapes shapes = new Shapes(new Annotations());

  /**
   * What a caller would get.
   *
   * @param code stable code of the failure; empty if there is none
   */
  public record Reply(int status, String body, String code) {}

  /**
   * What the caller of a stream would get.
   *
   * @param items as maps, lists, strings, numbers, booleans, null
   * @param failure that ended it; null if it came to its end, or the caller left
   */
  public record Streamed(
      List<@Nullable Object> items, List<Progress> progress, @Nullable ToolException failure) {}

  /** What {@link ToolContext#progress} reported. */
  public record Progress(long done, long total, String message) {}

  private AgentTester(AgentBuilder builder) {
    LineLogger logger =
        new LineLogger(
            builder.name(), "", System.Logger.Level.INFO, System.err, System::currentTimeMillis);
    this.toolbox = builder.toolbox(logger::request);
    this.calls =
        new ToolCalls(
            builder.name(),
            toolbox,
            new Direct(),
            AgentTester::later,
            Environment.HEARTBEAT,
            logger,
            new Ids());
  }

  /** Tools run on the thread of the test, streams where their items are made. */
  private static final class Direct implements Workers {
    @Override
    public boolean run(Runnable task) {
      task.run();
      return true;
    }

    @Override
    public boolean start(Runnable task) {
      return run(task);
    }
  }

  private static Runnable later(Duration delay, Runnable task) {
    Executor delayed = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<Void> scheduled = CompletableFuture.runAsync(task, delayed);
    return () -> scheduled.cancel(false);
  }

  /**
   * For an object with methods marked {@link Tool}.
   *
   * @throws AgentStartException if a tool cannot be served
   */
  public static AgentTester of(Object agent) {
    return agent instanceof AgentBuilder builder
        ? new AgentTester(builder)
        : new AgentTester(AgentBuilder.of(agent));
  }

  /** For an agent made of lambdas. */
  public static AgentTester of(AgentBuilder builder) {
    return new AgentTester(builder);
  }

  /**
   * Calls a tool and answers its result as callers see it: maps, lists, strings, numbers (Integer,
   * Long or Double as written), booleans, null.
   *
   * @throws ToolException with status, code and message, if the caller would get an error
   */
  public @Nullable Object call(String tool, Map<String, ?> parameters) {
    Answer answer = answer(body(tool, parameters), Optional.empty());
    Object json = Json.parse(answer.body());
    return json instanceof Map<?, ?> members ? result(members, answer) : null;
  }

  /** Like {@link #call(String, Map)}, with the result as that type. */
  public <T> T call(String tool, Map<String, ?> parameters, Class<T> type) {
    Object result = call(tool, parameters);
    byte[] json = Json.write(out -> shapes.of(Object.class).put(out, result));
    Faults faults = new Faults();
    Shape shape = shapes.of(type);
    try (JsonReader in = Json.read(json)) {
      in.start();
      Object value = shape.take(in, faults);
      if (faults.count() > 0 || value == null) {
        throw new AssertionError(
            "the result of " + tool + " is no " + type.getSimpleName() + ": " + faults.sentence());
      }
      @SuppressWarnings("unchecked")
      T typed = (T) value;
      return typed;
    }
  }

  /**
   * Calls a tool that answers a stream, as a caller who takes its items as they come. Waits for the
   * end.
   */
  public Streamed stream(String tool, Map<String, ?> parameters) {
    return stream(tool, parameters, Integer.MAX_VALUE);
  }

  /**
   * Likewise, as a caller who leaves after some items; for streams without end.
   *
   * @param most items until the caller leaves
   */
  public Streamed stream(String tool, Map<String, ?> parameters, int most) {
    StreamTap tap = new StreamTap(most);
    Call call = new Call(REQUEST_ID, Optional.empty(), System::nanoTime, Optional.empty());
    calls.execute(body(tool, parameters), call, tap);
    return tap.await(PATIENCE);
  }

  /** Sends a body as to {@code POST /execute}. */
  public Reply execute(String body) {
    return execute(body, Optional.empty());
  }

  /** Likewise, with a deadline. */
  public Reply execute(String body, Duration timeout) {
    return execute(body, Optional.of(timeout));
  }

  /** The list of tools with their schemas, as {@code GET /tools} answers it. */
  public String tools() {
    return new String(toolbox.describe(), StandardCharsets.UTF_8);
  }

  private Reply execute(String body, Optional<Duration> timeout) {
    Answer answer = answer(body.getBytes(StandardCharsets.UTF_8), timeout);
    String code = answer.toolError() == null ? "" : answer.toolError();
    return new Reply(answer.status(), new String(answer.body(), StandardCharsets.UTF_8), code);
  }

  private byte[] body(String tool, Map<String, ?> parameters) {
    return Json.write(
        out -> {
          out.object().property("tool_name", tool).name("parameters");
          shapes.of(Object.class).write(out, parameters);
          out.endObject();
        });
  }

  private Answer answer(byte[] body, Optional<Duration> timeout) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Call call = new Call(REQUEST_ID, Optional.empty(), System::nanoTime, timeout);
    calls.execute(
        body,
        call,
        new Outlet() {
          @Override
          public @Nullable StreamFormat streams() {
            return null;
          }

          @Override
          public void answer(Answer only) {
            answer.complete(only);
          }

          @Override
          public Outlet.Stream begin(StreamFormat format) {
            throw new IllegalStateException("no stream was wanted");
          }
        });
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer within " + PATIENCE, e);
    }
  }

  private static @Nullable Object result(Map<?, ?> members, Answer answer) {
    if (answer.status() == 200) {
      return members.get("result");
    }
    throw failure(members, answer);
  }

  static ToolException failure(Map<?, ?> problem, @Nullable Answer answer) {
    int status = problem.get("status") instanceof Number number ? number.intValue() : 500;
    String code = String.valueOf(problem.get("code"));
    String detail = String.valueOf(problem.get("detail"));
    return new ToolException(status, code, detail, answer == null ? null : answer.cause());
  }
}
