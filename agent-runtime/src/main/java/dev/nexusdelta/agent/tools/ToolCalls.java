package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.MalformedJsonException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers calls of tools. Thread-safe. */
public final class ToolCalls {
  private final String agent;
  private final Toolbox toolbox;
  private final Workers workers;
  private final Timer timer;
  private final System.Logger logger;
  private final Supplier<String> errorIds;

  /**
   * @param agent name shown in errors
   * @param errorIds ids that tie a 500 to its stack in the log
   */
  public ToolCalls(
      String agent,
      Toolbox toolbox,
      Workers workers,
      Timer timer,
      System.Logger logger,
      Supplier<String> errorIds) {
    this.agent = agent;
    this.toolbox = toolbox;
    this.workers = workers;
    this.timer = timer;
    this.logger = logger;
    this.errorIds = errorIds;
  }

  /**
   * Answers one request.
   *
   * @param body {@code {"tool_name": …, "parameters": {…}}}
   * @param answer told exactly once, on any thread
   */
  public void execute(byte[] body, Call call, Consumer<Answer> answer) {
    Request request;
    try {
      request = Request.read(body, toolbox);
    } catch (MalformedJsonException e) {
      Problem problem =
          Problem.of(400, "invalid_json", "Malformed JSON", String.valueOf(e.getMessage()));
      answer.accept(problem.toolError(agent, call.requestId(), null));
      return;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      answer.accept(unexpected(e, call));
      return;
    }
    if (request.problem() != null) {
      answer.accept(request.problem().toolError(agent, call.requestId(), null));
      return;
    }
    Running run = new Running(request, call, answer);
    if (!workers.run(run)) {
      run.refuse();
    }
  }

  /** One tool at work: answers once, whoever comes first of result, failure and deadline. */
  private final class Running implements Runnable {
    private final Request request;
    private final Call call;
    private final Once<Answer> answer;
    private final Runnable deadline;

    Running(Request request, Call call, Consumer<Answer> answer) {
      this.request = request;
      this.call = call;
      this.answer = new Once<>(answer);
      this.deadline = call.remaining().map(left -> timer.after(left, this::late)).orElse(() -> {});
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
      answer.accept(reply);
    }

    private void failed(Throwable thrown) {
      Throwable cause = unwrapped(thrown);
      if (call.cancellation().isPresent()) {
        late();
      } else {
        answer.accept(failure(cause, call));
      }
      ended();
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
      answer.accept(problem.worthRetrying().toolError(agent, call.requestId(), null));
      call.cancel("deadline");
    }

    private void refuse() {
      Problem problem =
          Problem.of(
              503,
              "busy",
              "Agent is busy",
              "all threads of " + agent + " are taken, and its queue is full");
      answer.accept(problem.worthRetrying().toolError(agent, call.requestId(), null));
      ended();
    }

    private void ended() {
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

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
