package dev.nexusdelta.sync;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the outside registry, notices when it no longer hears, and comes back after outages. A
 * listener may have gone deaf without a word: a sign of life is asked for every few seconds, and
 * all documents from time to time.
 *
 * <p>For one context.
 */
final class Contact {
  private static final Logger log = LoggerFactory.getLogger(Contact.class);

  private final Vertx vertx;
  private final RemoteRegistry remote;
  private final RemoteView view;
  private final SyncEvents events;
  private final LongSupplier nanos;
  private final Pace pace;
  private final Pause pause;
  private final Listener listener;
  private RemoteRegistry.Listening listening = () -> {};
  private String trouble = "";
  private boolean resting;
  private boolean asked;
  private boolean closed;
  private long rereadAt;

  /** Who is told. */
  interface Listener {
    /**
     * All documents.
     *
     * @param source the number of whoever tells it, see {@link RemoteView}
     * @return whether anything is new
     */
    boolean heard(RemoteSnapshot snapshot, long source);

    /** It can be reached again, or cannot any more. */
    void changed();
  }

  Contact(Vertx vertx, RegistrySync.Parts parts, RemoteView view, Listener listener) {
    this.vertx = vertx;
    this.remote = parts.remote();
    this.view = view;
    this.events = parts.events();
    this.nanos = parts.nanos();
    this.pace = parts.pace();
    this.pause = parts.pause();
    this.listener = listener;
    this.rereadAt = rereadNext(0);
  }

  /** Begins to listen. */
  void open() {
    if (!closed) {
      long source = view.listens();
      listening = remote.listen(snapshot -> heard(snapshot, source), this::failed);
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether it is left alone for a while. */
  boolean rests() {
    return resting || closed;
  }

  /** Why it cannot be reached; empty = it can. */
  String trouble() {
    return trouble;
  }

  Future<Void> close() {
    closed = true;
    listening.close();
    return remote.close();
  }

  private void heard(RemoteSnapshot snapshot, long source) {
    if (!closed) {
      well();
      listener.heard(snapshot, source);
    }
  }

  /**
   * Time for a sign of life, or for a look at everything.
   *
   * @param agents how many there are
   */
  void check(int agents) {
    if (rests()) {
      return;
    }
    if (rereadAt - nanos.getAsLong() < 0) {
      rereadAt = rereadNext(agents);
      reread();
    } else {
      ask();
    }
  }

  private long rereadNext(int agents) {
    return nanos.getAsLong() + pace.rereadMillis(agents) * 1_000_000;
  }

  private void ask() {
    if (asked || closed) {
      return;
    }
    asked = true;
    remote
        .probe()
        .onComplete(
            done -> {
              asked = false;
              if (done.failed()) {
                failed(done.cause());
              } else if (!resting) {
                well();
                listener.changed();
              }
            });
  }

  private void reread() {
    long source = view.reads();
    remote
        .read()
        .onSuccess(
            snapshot -> {
              if (!rests() && listener.heard(snapshot, source)) {
                log.info("changes outside were not told of; listening anew");
                listening.close();
                open();
              }
            })
        .onFailure(this::failed);
  }

  /** Something was not done: a conflict asks for a look, all else for a pause. */
  void failed(Throwable failure) {
    if (closed) {
      return;
    }
    RemoteFailure.Kind kind =
        failure instanceof RemoteFailure known ? known.kind() : RemoteFailure.Kind.AWAY;
    if (kind == RemoteFailure.Kind.CONFLICT) {
      long source = view.reads();
      remote.read().onSuccess(snapshot -> heard(snapshot, source)).onFailure(this::failed);
      return;
    }
    boolean news = trouble.isEmpty();
    trouble = String.valueOf(failure.getMessage());
    if (news) {
      events.trouble(trouble);
    }
    if (!resting) {
      resting = true;
      listening.close();
      vertx.setTimer(pause.millisAfter(kind), id -> comeBack());
    }
    listener.changed();
  }

  private void comeBack() {
    resting = false;
    open();
    ask();
    listener.changed();
  }

  /** It did what it was asked for. */
  void well() {
    pause.over();
    if (!trouble.isEmpty()) {
      trouble = "";
      events.trouble("");
    }
  }
}
