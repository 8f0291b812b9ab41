package dev.nexusdelta.sync;

import dev.nexusdelta.sync.RemoteFailure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An outside registry in memory, with the faults of one far away. */
final class MemoryRemote implements RemoteRegistry {
  private final Map<String, RemoteDocument> documents = new HashMap<>();
  private final List<Ear> ears = new CopyOnWriteArrayList<>();
  private int time;

  /** What fails; none = nothing. */
  private @Nullable Kind fault;

  /** Writes are made, their answers are lost. */
  boolean losesAnswers;

  /** A document that is never taken; empty = all are. */
  volatile String refuses = "";

  /** Changes are told to nobody. */
  boolean deaf;

  /** Who listens is first told that nothing is there by then of what was just written. */
  boolean behind;

  final List<Long> writes = new CopyOnWriteArrayList<>();

  private record Ear(
      Context context, Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken) {}

  /** Who listens is not told. */
  synchronized void failSilently(@Nullable Kind kind) {
    fault = kind;
  }

  synchronized void fail(@Nullable Kind kind) {
    fault = kind;
    if (kind != null) {
      List<Ear> cut = List.copyOf(ears);
      ears.clear();
      cut.forEach(ear -> ear.context().runOnContext(v -> ear.broken().accept(failure(kind))));
    }
  }

  synchronized Optional<JsonObject> content(String key) {
    return Optional.ofNullable(documents.get(key)).map(document -> document.content().copy());
  }

  /** By somebody else. */
  synchronized void edit(String key, Consumer<JsonObject> change) {
    JsonObject content = documents.get(key).content().copy();
    change.accept(content);
    put(key, content);
  }

  synchronized void put(String key, JsonObject content) {
    time++;
    documents.put(key, new RemoteDocument(key, now(), new JsonObject(content.encode())));
    tell();
  }

  synchronized void empty() {
    time++;
    documents.clear();
    tell();
  }

  private String now() {
    return "%09d".formatted(time);
  }

  private void tell() {
    tell(snapshot());
  }

  private RemoteSnapshot without(String key) {
    List<RemoteDocument> others = new ArrayList<>(documents.values());
    others.removeIf(document -> document.key().equals(key));
    return new RemoteSnapshot(now(), others);
  }

  private void tell(RemoteSnapshot snapshot) {
    if (!deaf) {
      ears.forEach(ear -> ear.context().runOnContext(v -> ear.snapshots().accept(snapshot)));
    }
  }

  private RemoteSnapshot snapshot() {
    return new RemoteSnapshot(now(), new ArrayList<>(documents.values()));
  }

  private static RemoteFailure failure(Kind kind) {
    return new RemoteFailure(kind, "the outside registry is " + kind, new Exception());
  }

  @Override
  public synchronized Future<RemoteSnapshot> read() {
    time++;
    return fault == null ? Future.succeededFuture(snapshot()) : Future.failedFuture(failure(fault));
  }

  @Override
  public synchronized Future<Void> probe() {
    return fault == null ? Future.succeededFuture() : Future.failedFuture(failure(fault));
  }

  @Override
  public synchronized Future<String> write(String key, JsonObject content, String over) {
    if (fault != null) {
      return Future.failedFuture(failure(fault));
    }
    if (key.equals(refuses)) {
      return Future.failedFuture(failure(Kind.INVALID));
    }
    RemoteDocument present = documents.get(key);
    if (!over.equals(present == null ? "" : present.updateTime())) {
      return Future.failedFuture(failure(Kind.CONFLICT));
    }
    writes.add(System.nanoTime());
    if (behind) {
      time++;
      documents.put(key, new RemoteDocument(key, now(), new JsonObject(content.encode())));
      String written = now();
      time++;
      tell(without(key));
      tell();
      return Future.succeededFuture(written);
    }
    put(key, content);
    return losesAnswers ? Future.failedFuture(failure(Kind.AWAY)) : Future.succeededFuture(now());
  }

  @Override
  public synchronized Listening listen(
      Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken) {
    Context context = Vertx.currentContext();
    Ear ear = new Ear(context, snapshots, broken);
    if (fault != null) {
      Kind kind = fault;
      context.runOnContext(v -> broken.accept(failure(kind)));
    } else {
      ears.add(ear);
      time++;
      RemoteSnapshot first = snapshot();
      context.runOnContext(v -> snapshots.accept(first));
    }
    return () -> ears.remove(ear);
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
