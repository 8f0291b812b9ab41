package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.MalformedJsonException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers calls of tools. Thread-safe. */
public final class ToolCalls {
  private final String agent;
  private final Toolbox toolbox;
  private final Workers workers;
  private final Timer timer;
  private final Duration heartbeat;
  private final System.Logger logger;
  private final Supplier<String> errorIds;

  /**
   * @param agent name shown in errors
   * @param heartbeat how long a stream may be silent without one
   * @param errorIds ids that tie a 500 to its stack in the log
   */
  public ToolCalls(
      String agent,
      Toolbox toolbox,
      Workers workers,
      Timer timer,
      Duration heartbeat,
      System.Logger logger,
      Supplier<String> errorIds) {
    this.agent = agent;
    this.toolbox = toolbox;
    this.workers = workers;
    this.timer = timer;
    this.heartbeat = heartbeat;
    this.logger = logger;
    this.errorIds = errorIds;
  }

  /**
   * Answers one request.
   *
   * @param body {@code {"tool_name": …, "parameters": {…}}}
   * @param outlet told exactly once, on any thread
   */
  public void execute(byte[] body, Call call, Outlet outlet) {
    Request request;
    try {
      request = Request.read(body, toolbox);
    } catch (MalformedJsonException e) {
      Problem problem =
          Problem.of(400, "invalid_json", "Malformed JSON", String.valueOf(e.getMessage()));
      outlet.answer(problem.toolError(agent, call.requestId(), null));
      return;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      outlet.answer(unexpected(e, call));
      return;
    }
    if (request.problem() != null) {
      outlet.answer(request.problem().toolError(agent, call.requestId(), null));
      return;
    }
    Running run = new Running(request, call, outlet);
    if (!workers.run(run)) {
      run.refuse();
    }
  }

  /** One tool at work: answers once, whoever comes first of result, stream, failure, deadline. */
  private final class Running implements Runnable, StreamOwner {
    private final Request request;
    private final Call call;
    private final Outlet outlet;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final Runnable deadline;
    private @Nullable ToolStream stream;

    Running(Request request, Call call, Outlet outlet) {
      this.request = request;
      this.call = call;
      this.outlet = outlet;
      StreamFormat format = outlet.streams();
      if (format != null && request.tool().streams()) {
        // From the first line of the tool on, because its progress is part of the stream.
        stream = newStream(format);
      }
      this.deadline = call.remaining().map(left -> timer.after(left, this::late)).orElse(() -> {});
    }

    private ToolStream newStream(StreamFormat format) {
      Heartbeat beats = new Heartbeat(timer, heartbeat, call::nanos, workers);
      ToolStream made = new ToolStream(request.tool().output(), format, call, workers, beats, this);
      call.onProgress(made::progress);
      return made;
    }

    @Override
    public void run() {
      if (call.cancellation().isPresent()) {
        late();
        ended();
        return;
      }
      call.enter();
      Object result;
      try {
        result = request.tool().body().call(request.input(), call);
      } catch (Throwable e) {
        call.leave();
        failed(e);
        return;
      }
      call.leave();
      await(result);
    }

    private void await(@Nullable Object result) {
      CompletionStage<?> stage = Stages.of(result);
      if (stage != null) {
        call.onCancel(() -> Stages.cancel(stage));
        stage.whenComplete(this::completed);
      } else if (result instanceof Future<?> future) {
        call.onCancel(() -> future.cancel(true));
        new Polling(future, timer, this::completed).run();
      } else {
        succeeded(result);
      }
    }

    private void completed(@Nullable Object result, @Nullable Throwable failure) {
      if (failure == null) {
        succeeded(result);
      } else {
        failed(failure);
      }
    }

    private void succeeded(@Nullable Object result) {
      if (result instanceof Flow.Publisher<?> publisher) {
        subscribe(publisher);
        return;
      }
      if (request.tool().streams()) {
        failed(new IllegalStateException(request.tool().name() + " gave null, not a publisher"));
        return;
      }
      Answer reply;
      try {
        reply =
            Answer.ok(
                Json.write(
                    out -> {
                      out.object().name("result");
                      request.tool().output().put(out, result);
                      out.endObject();
                    }));
      } catch (Throwable e) {
        failed(e);
        return;
      }
      ended();
      answer(reply);
    }

    @SuppressWarnings("unchecked") // It only gives items, and any will do.
    private void subscribe(Flow.Publisher<?> publisher) {
      StreamFormat format = outlet.streams();
      if (format != null && stream == null) {
        stream = newStream(format);
      }
      Flow.Subscriber<Object> to =
          stream != null
              ? stream
              : new Collected(request.tool().output(), call, this::collected, this::failedEarly);
      call.enter();
      try {
        ((Flow.Publisher<Object>) publisher).subscribe(to);
      } catch (Throwable e) {
        to.onError(e);
      } finally {
        call.leave();
      }
    }

    private void collected(byte[] json) {
      ended();
      answer(Answer.ok(json));
    }

    private void failed(Throwable thrown) {
      if (stream == null) {
        failedEarly(thrown);
      } else {
        stream.fail(thrown);
      }
    }

    @Override
    public void failedEarly(Throwable thrown) {
      if (call.cancellation().isPresent()) {
        late();
      } else {
        answer(failure(Stages.unwrapped(thrown), call));
      }
      ended();
    }

    @Override
    public byte[] problem(Throwable cause) {
      return failure(Stages.unwrapped(cause), call).body();
    }

    @Override
    public Outlet.@Nullable Stream begin(StreamFormat format) throws IOException {
      if (!answered.compareAndSet(false, true)) {
        return null;
      }
      deadline.run();
      call.unbound();
      return outlet.begin(format);
    }

    private boolean answer(Answer answer) {
      boolean first = answered.compareAndSet(false, true);
      if (first) {
        outlet.answer(answer);
      }
      return first;
    }

    private void late() {
      long millis = call.timeout().map(Duration::toMillis).orElse(0L);
      Problem problem =
          Problem.of(
              504,
              "deadline_exceeded",
              "Deadline exceeded",
              request.tool().name()
                  + " did not finish within the "
                  + millis
                  + " ms of X-Nexus-Timeout");
      if (answer(problem.worthRetrying().toolError(agent, call.requestId(), null))) {
        call.cancel("deadline");
      }
    }

    private void refuse() {
      Problem problem =
          Problem.of(
              503,
              "busy",
              "Agent is busy",
              "all threads of " + agent + " are taken, and its queue is full");
      answer(problem.worthRetrying().toolError(agent, call.requestId(), null));
      ended();
    }

    @Override
    public void ended() {
      deadline.run();
      call.finish();
    }
  }

  private Answer failure(Throwable cause, Call call) {
    if (cause instanceof ToolFailure failure) {
      String detail = String.valueOf(cause.getMessage());
      return Problem.of(failure.status(), failure.code(), "Tool failed", detail)
          .toolError(agent, call.requestId(), cause);
    }
    return unexpected(cause, call);
  }

  private Answer unexpected(Throwable cause, Call call) {
    String id = errorIds.get();
    if (cause instanceof OutOfMemoryError) {
      logger.log(Level.ERROR, "error " + id + " in request " + call.requestId() + ": " + cause);
      return Problem.of(
              503,
              "out_of_memory",
              "Out of memory",
              "the call needs more memory than the agent has; send less, or give the agent more")
          .worthRetrying()
          .toolError(agent, call.requestId(), cause);
    }
    logger.log(Level.ERROR, "error " + id + " in request " + call.requestId(), cause);
    String detail =
        "the tool failed unexpectedly; the agent's log has the cause under error id " + id;
    return Problem.of(500, "internal", "Internal error", detail)
        .toolError(agent, call.requestId(), cause);
  }
}
