package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The operations under way and those that ended within the last hour, at most 1,000. Thread-safe:
 * started and read from anywhere, moved on by the fleet.
 */
final class Operations {
  private static final int MOST = 1_000;
  private static final Duration KEPT = Duration.ofHours(1);

  private final InstantSource clock;
  private final LongFunction<String> ids;
  private final BiConsumer<Operation, String> onEnd;
  private final Map<String, Entry> byId = new LinkedHashMap<>();
  private long count;

  private static final class Entry {
    private Operation operation;
    private final String by;
    private final Promise<Operation> ended = Promise.promise();

    Entry(Operation operation, String by) {
      this.operation = operation;
      this.by = by;
    }
  }

  /**
   * An empty book.
   *
   * @param ids makes an unguessable id out of a serial number
   * @param onEnd told of each operation that ends, and by whom it was started
   */
  Operations(InstantSource clock, LongFunction<String> ids, BiConsumer<Operation, String> onEnd) {
    this.clock = clock;
    this.ids = ids;
    this.onEnd = onEnd;
  }

  Operation start(String kind, AgentSpec spec, String by) {
    Operation operation;
    synchronized (this) {
      operation =
          new Operation(
              ids.apply(++count),
              kind,
              spec.name(),
              spec.revision(),
              Operation.State.RUNNING,
              "revision " + spec.revision() + " is being taken up",
              List.of(),
              clock.instant(),
              Optional.empty());
      byId.put(operation.id(), new Entry(operation, by));
      forget();
    }
    return operation;
  }

  /** Writes down how far the agent's running operations are. */
  void update(AgentName agent, Convergence.Facts facts) {
    for (Operation operation : running(agent)) {
      move(operation, Convergence.of(operation.kind(), operation.revision(), facts));
    }
  }

  private synchronized List<Operation> running(AgentName agent) {
    List<Operation> running = new ArrayList<>();
    for (Entry entry : byId.values()) {
      if (entry.operation.state() == Operation.State.RUNNING
          && entry.operation.agent().equals(agent)) {
        running.add(entry.operation);
      }
    }
    return running;
  }

  private void move(Operation was, Convergence.Progress progress) {
    boolean ends = progress.state() != Operation.State.RUNNING;
    Operation now =
        new Operation(
            was.id(),
            was.kind(),
            was.agent(),
            was.revision(),
            progress.state(),
            progress.detail(),
            progress.lastLines(),
            was.started(),
            ends ? Optional.of(clock.instant()) : Optional.empty());
    Entry entry;
    synchronized (this) {
      entry = byId.get(was.id());
      if (entry == null || entry.operation.state() != Operation.State.RUNNING) {
        return;
      }
      entry.operation = now;
    }
    if (ends) {
      // Told first: who has awaited the operation finds its event in the log.
      onEnd.accept(now, entry.by);
      entry.ended.tryComplete(now);
    }
  }

  synchronized Optional<Operation> find(String id) {
    @Nullable Entry entry = byId.get(id);
    return entry == null ? Optional.empty() : Optional.of(entry.operation);
  }

  /** See {@link FleetControl#await}. */
  Future<Operation> await(String id, Duration atMost, Vertx vertx) {
    Future<Operation> ended;
    synchronized (this) {
      @Nullable Entry entry = byId.get(id);
      if (entry == null) {
        return Future.failedFuture(
            new IllegalArgumentException(
                "operation '" + id + "' is unknown: ended ones are kept for an hour"));
      }
      ended = entry.ended.future();
      if (ended.isComplete() || atMost.toMillis() <= 0) {
        return Future.succeededFuture(entry.operation);
      }
    }
    Promise<Operation> answer = Promise.promise();
    long timer =
        vertx.setTimer(atMost.toMillis(), fired -> find(id).ifPresent(answer::tryComplete));
    ended.onSuccess(
        operation -> {
          vertx.cancelTimer(timer);
          answer.tryComplete(operation);
        });
    return answer.future();
  }

  private void forget() {
    Instant horizon = clock.instant().minus(KEPT);
    Iterator<Entry> entries = byId.values().iterator();
    while (entries.hasNext()) {
      Operation operation = entries.next().operation;
      boolean old = operation.ended().filter(horizon::isAfter).isPresent();
      if (old || (byId.size() > MOST && operation.ended().isPresent())) {
        entries.remove();
      }
    }
  }
}
