package dev.nexusdelta.agent;

import dev.nexusdelta.agent.tools.Call;
import dev.nexusdelta.agent.tools.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** The author's view of a call. */
final class CallContext implements ToolContext {
  private final Call call;
  private final Function<String, System.Logger> loggers;

  /**
   * @param loggers logger for a request id
   */
  CallContext(Call call, Function<String, System.Logger> loggers) {
    this.call = call;
    this.loggers = loggers;
  }

  @Override
  public String requestId() {
    return call.requestId();
  }

  @Override
  public Optional<String> traceparent() {
    return call.traceparent();
  }

  @Override
  public Optional<Duration> remaining() {
    return call.remaining();
  }

  @Override
  public boolean isCancelled() {
    return call.cancellation().isPresent();
  }

  @Override
  public void onCancel(Runnable task) {
    call.onCancel(task);
  }

  @Override
  public void progress(long done, long total, String message) {
    System.Logger logger = logger();
    if (logger.isLoggable(System.Logger.Level.DEBUG)) {
      logger.log(
          System.Logger.Level.DEBUG,
          "progress " + done + (total > 0 ? "/" + total : "") + " " + message);
    }
    call.progress(new Progress(done, total, message));
  }

  @Override
  public void checkCancelled() {
    call.cancellation()
        .ifPresent(
            reason -> {
              throw new ToolException(504, "cancelled", "the call was cancelled: " + reason);
            });
  }

  @Override
  public System.Logger logger() {
    return loggers.apply(call.requestId());
  }
}
