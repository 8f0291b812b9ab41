package dev.nexusdelta.host.docker;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether the engine answers: a ping each second, on a thread of its own, and at once when
 * something looks wrong. One that is not answered within 2 s means that the engine is away, one
 * that is, that it is back.
 *
 * <p>For the context given, but for {@link #trouble}, which any thread may ask.
 */
final class Availability {
  private static final Logger log = LoggerFactory.getLogger(Availability.class);
  static final Duration INTERVAL = Duration.ofSeconds(1);
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ContextInternal context;
  private final EngineAddress address;
  private final Callable<?> ping;
  private final Consumer<Optional<String>> changed;
  private final EngineCalls calls;
  private volatile @Nullable String trouble;
  private long timer = -1;
  private boolean looking;
  private boolean lookAgain;
  private boolean closed;

  /**
   * Watches nothing yet.
   *
   * @param ping blocking; throws when nobody answers
   * @param changed told of each change, on the context: what is wrong, or nothing any more
   */
  Availability(
      Context context,
      EngineAddress address,
      Callable<?> ping,
      Consumer<Optional<String>> changed) {
    this.context = (ContextInternal) context;
    this.address = address;
    this.ping = ping;
    this.changed = changed;
    this.calls = new EngineCalls(this.context, "docker-watch", 1);
  }

  /** From now on. */
  void begin() {
    look();
  }

  /** Something did not work that should have: looks at once. */
  void suspect() {
    if (looking) {
      lookAgain = true;
    } else {
      look();
    }
  }

  /** Why nothing can be asked of the engine now; empty = it answers. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  void close() {
    closed = true;
    context.owner().cancelTimer(timer);
    calls.close();
  }

  private void look() {
    if (closed) {
      return;
    }
    context.owner().cancelTimer(timer);
    looking = true;
    lookAgain = false;
    calls
        .ask("ping the engine", PATIENCE, ping)
        .onComplete(answer -> seen(answer.succeeded() ? null : answer.cause()));
  }

  private void seen(@Nullable Throwable failure) {
    looking = false;
    if (closed) {
      return;
    }
    boolean before = trouble == null;
    if (failure == null) {
      trouble = null;
    } else {
      trouble =
          "the container engine at %s does not answer (%s); what runs goes on, nothing is started or stopped: is it running? 'docker info' tells"
              .formatted(address, failure.getMessage());
    }
    if (lookAgain) {
      look();
    } else {
      timer = context.owner().setTimer(INTERVAL.toMillis(), fired -> look());
    }
    if (before != (failure == null)) {
      log.warn("{}", failure == null ? "the container engine answers again" : trouble);
      changed.accept(trouble());
    }
  }
}
