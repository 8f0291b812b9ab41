package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.Outcome;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.OutcomeUnknownException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads and writes documents of the ledger; its outcomes become what callers expect. */
final class Writes {
  private static final int TRIES = 10;
  private static final long AGAIN_MILLIS = 50;

  private final Vertx vertx;
  private final Ledger ledger;
  private volatile boolean closed;

  Writes(Vertx vertx, Ledger ledger) {
    this.vertx = vertx;
    this.ledger = ledger;
  }

  void close() {
    closed = true;
  }

  <T> Future<T> read(Function<NavigableMap<String, Entry>, T> reading) {
    if (closed) {
      return Future.failedFuture(closedAlready());
    }
    try {
      return Future.succeededFuture(reading.apply(ledger.entries()));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(unreadable(e));
    }
  }

  private IllegalStateException unreadable(IllegalArgumentException e) {
    return new IllegalStateException(
        "the registry's store "
            + ledger.where()
            + " is damaged ("
            + e.getMessage()
            + "); restore it from a copy, or move it away and start again: the agents in the"
            + " agents folder are then registered anew",
        e);
  }

  private IllegalStateException closedAlready() {
    return new IllegalStateException("the registry's store " + ledger.where() + " is closed");
  }

  /** All entries whose key begins so. */
  static NavigableMap<String, Entry> under(NavigableMap<String, Entry> all, String prefix) {
    return all.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
  }

  /** The edit that makes a key this text, whatever is there. */
  static Edit put(NavigableMap<String, Entry> all, String key, String text) {
    Entry there = all.get(key);
    return new Edit(key, Optional.ofNullable(there).map(Entry::written), Optional.of(text));
  }

  /**
   * Writes once.
   *
   * @param conflict the failure if something else is there
   */
  Future<Void> write(
      String what, List<Edit> edits, Function<Map<String, Entry>, RuntimeException> conflict) {
    if (closed) {
      return Future.failedFuture(closedAlready());
    }
    return ledger
        .write(edits)
        .compose(
            outcome ->
                outcome.fold(
                    new Outcome.Cases<>(
                        committed -> Future.succeededFuture(),
                        found ->
                            caughtUp(found.found(), 1)
                                .compose(v -> failed(conflict, found.found())),
                        not -> Future.failedFuture(new NotWrittenException(not.why())),
                        unknown ->
                            Future.failedFuture(
                                new OutcomeUnknownException(what, unknown.why())))));
  }

  /** Who is told of a conflict finds here what it was with, as soon as it is known here. */
  private Future<Void> caughtUp(Map<String, Entry> found, int count) {
    boolean known =
        found.entrySet().stream()
            .allMatch(
                theirs -> {
                  Entry here = ledger.entries().get(theirs.getKey());
                  return here != null && here.written().compareTo(theirs.getValue().written()) >= 0;
                });
    return known || count >= TRIES
        ? Future.succeededFuture()
        : later().compose(v -> caughtUp(found, count + 1));
  }

  private Future<Void> failed(
      Function<Map<String, Entry>, RuntimeException> conflict, Map<String, Entry> found) {
    try {
      return Future.failedFuture(conflict.apply(found));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(unreadable(e));
    }
  }

  /** Writes what follows from what is there; again if that has changed meanwhile. */
  Future<Void> write(String what, Function<NavigableMap<String, Entry>, List<Edit>> edits) {
    return attempt(what, () -> read(edits), 1);
  }

  private Future<Void> attempt(String what, Supplier<Future<List<Edit>>> edits, int count) {
    return edits
        .get()
        .compose(
            wanted ->
                wanted.isEmpty()
                    ? Future.succeededFuture()
                    : write(what, wanted, found -> new Moved(what)))
        .recover(
            failure ->
                failure instanceof Moved && count < TRIES
                    ? later().compose(v -> attempt(what, edits, count + 1))
                    : Future.failedFuture(failure));
  }

  private Future<Void> later() {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(AGAIN_MILLIS, timer -> promise.complete());
    return promise.future();
  }

  /** What is there was not what this gateway knows. */
  private static final class Moved extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Moved(String what) {
      super(what + " is being changed by others all the time: try again");
    }
  }

  /** The keys, for people. */
  static String named(List<Edit> edits) {
    return edits.stream().map(Edit::key).collect(Collectors.joining(", "));
  }
}
