package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the registry and one outside alike while this gateway leads.
 *
 * <p>An agent is looked at when either of its sides changes, and again after each step, until
 * {@link Reconciliation} finds nothing left to do. Its document is written at most once a second.
 * What fails is tried again: a conflict at once, with what is outside by then; an outage after a
 * {@link Pause} for all. A listener may have gone deaf without a word: the outside registry is
 * asked for a sign of life every few seconds, and for all that it has from time to time.
 *
 * <p>Lives on a context of its own.
 */
public final class RegistrySync implements SyncControl {
  /** Firestore's own bound on writes of one document. */
  static final long BETWEEN_WRITES_MILLIS = 1_000;

  private static final int MOST_AT_ONCE = 16;
  private static final Logger log = LoggerFactory.getLogger(RegistrySync.class);

  private final Vertx vertx;
  private final Context context;
  private final Registry registry;
  private final SyncStore store;
  private final RemoteRegistry remote;
  private final SyncEvents events;
  private final LongSupplier nanos;
  private final Pace pace;
  private final Pause pause;
  private final RemoteView view = new RemoteView();
  private final VanishGuard guard = new VanishGuard();
  private final PendingAgents pending = new PendingAgents();
  private final Map<AgentName, Long> writtenAt = new HashMap<>();
  private final StepWork work;
  private final boolean deletes;
  private RemoteRegistry.Listening listening = () -> {};
  private String trouble = "";
  private boolean resting;
  private boolean asked;
  private boolean looksSoon;
  private boolean closed;
  private long rereadAt;
  private long writes = -1;
  private volatile SyncStatus status = SyncStatus.BEGINNING;

  /**
   * What it does its work with.
   *
   * @param remote closed with the sync
   * @param tools of an agent as far as they are known; asked often
   * @param nanos a monotonic clock
   * @param pace how often it asks whether it still hears
   * @param pause how long it leaves a registry alone that failed
   */
  public record Parts(
      Registry registry,
      SyncStore store,
      RemoteRegistry remote,
      Reconciliation rules,
      SyncEvents events,
      Function<AgentName, List<ToolInfo>> tools,
      LongSupplier nanos,
      Pace pace,
      Pause pause) {}

  private RegistrySync(Vertx vertx, Parts parts) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.registry = parts.registry();
    this.store = parts.store();
    this.remote = parts.remote();
    this.events = parts.events();
    this.nanos = parts.nanos();
    this.pace = parts.pace();
    this.pause = parts.pause();
    this.deletes = parts.rules().deletes();
    this.work = new StepWork(parts, view, guard);
  }

  /** Begins; does not wait for the outside registry. */
  public static Future<RegistrySync> open(Vertx vertx, Parts parts) {
    RegistrySync sync = new RegistrySync(vertx, parts);
    Promise<RegistrySync> opened = Promise.promise();
    sync.context.runOnContext(v -> sync.begin().map(sync).onComplete(opened));
    return opened.future();
  }

  private Future<Void> begin() {
    return work.open()
        .map(
            v -> {
              registry.watch(this::changed);
              allPending();
              rereadAt = rereadNext();
              connect();
              vertx.setPeriodic(pace.probeMillis(), this::probe);
              return null;
            });
  }

  @Override
  public Optional<SyncStatus> status() {
    return Optional.of(status);
  }

  @Override
  public SyncState of(AgentName agent) {
    if (pending.contains(agent)) {
      return SyncState.PENDING;
    }
    return work.refused().containsKey(agent) ? SyncState.REFUSED : SyncState.SYNCED;
  }

  @Override
  public Map<AgentName, String> refused() {
    return work.refused();
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return store.superseded(agent);
  }

  @Override
  public Future<Boolean> confirmVanished() {
    Promise<Boolean> confirmed = Promise.promise();
    context.runOnContext(
        v -> {
          boolean held = guard.confirm();
          allPending();
          look();
          confirmed.complete(held);
        });
    return confirmed.future();
  }

  /** Ends all but what is under way; any thread. */
  public Future<Void> close() {
    Promise<Void> ended = Promise.promise();
    context.runOnContext(
        v -> {
          closed = true;
          vertx.cancelTimer(writes);
          listening.close();
          remote.close().onComplete(ended);
        });
    return ended.future();
  }

  private void publish() {
    status =
        new SyncStatus(view.isKnown(), pending.size(), pending.oldest(), trouble, guard.holds());
  }

  private void allPending() {
    long now = nanos.getAsLong();
    pending.addAll(work.marks().stream().map(SyncMark::agent).toList(), now);
    pending.addAll(registry.agents().stream().map(AgentSpec::name).toList(), now);
  }

  /** Any thread: whoever made the change sees it pending at once. */
  private void changed(AgentSpec spec) {
    pending.add(spec.name(), nanos.getAsLong());
    context.runOnContext(v -> look());
  }

  private void connect() {
    if (!closed) {
      listening = remote.listen(this::heard, this::failed);
    }
  }

  private void heard(RemoteSnapshot snapshot) {
    if (!closed) {
      takeUp(snapshot);
    }
  }

  /**
   * Takes what is new in it.
   *
   * @return whether anything is
   */
  private boolean takeUp(RemoteSnapshot snapshot) {
    well();
    VanishGuard.Missing missing = VanishGuard.missing(snapshot, documented());
    if (deletes && guard.heard(missing)) {
      events.vanished(missing.documents(), missing.of());
    }
    Set<AgentName> changed = view.heard(snapshot, work.marks());
    pending.addAll(changed, nanos.getAsLong());
    look();
    return !changed.isEmpty();
  }

  /** Agents that are here and had a document. */
  private List<AgentName> documented() {
    return work.marks().stream()
        .filter(mark -> !mark.updateTime().isEmpty())
        .map(SyncMark::agent)
        .filter(agent -> registry.agent(agent).isPresent())
        .toList();
  }

  private void probe(long id) {
    if (closed) {
      vertx.cancelTimer(id);
      return;
    }
    pending.addAll(work.oldCards(), nanos.getAsLong());
    look();
    if (!resting && rereadAt - nanos.getAsLong() < 0) {
      rereadAt = rereadNext();
      reread();
    } else if (!resting) {
      ask();
    }
  }

  private long rereadNext() {
    return nanos.getAsLong() + pace.rereadMillis(registry.agents().size()) * 1_000_000;
  }

  private void ask() {
    if (!asked && !closed) {
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
                  publish();
                }
              });
    }
  }

  private void reread() {
    remote
        .read()
        .onSuccess(
            snapshot -> {
              if (!closed && !resting && takeUp(snapshot)) {
                log.info("changes outside were not told of; listening anew");
                listening.close();
                connect();
              }
            })
        .onFailure(this::failed);
  }

  private void look() {
    if (!closed && !resting && view.isKnown()) {
      takeSteps();
    }
    publish();
  }

  /** Not at once: a step that ends as it begins would look again from within a look. */
  private void lookSoon() {
    if (!looksSoon) {
      looksSoon = true;
      context.runOnContext(
          v -> {
            looksSoon = false;
            look();
          });
    }
  }

  private void takeSteps() {
    long now = nanos.getAsLong();
    long wait = Long.MAX_VALUE;
    for (AgentName agent : pending.ready()) {
      if (pending.underWay() >= MOST_AT_ONCE) {
        break;
      }
      Step step = work.next(agent);
      long left = step instanceof Step.Push ? mayWriteIn(agent, now) : 0;
      if (left <= 0) {
        take(agent, step);
      } else {
        wait = Math.min(wait, left);
      }
    }
    if (wait < Long.MAX_VALUE) {
      vertx.cancelTimer(writes);
      writes = vertx.setTimer(wait / 1_000_000 + 1, id -> look());
    }
  }

  private long mayWriteIn(AgentName agent, long now) {
    Long last = writtenAt.get(agent);
    return last == null ? 0 : last + BETWEEN_WRITES_MILLIS * 1_000_000 - now;
  }

  private void take(AgentName agent, Step step) {
    boolean writes = step instanceof Step.Push;
    if (writes) {
      writtenAt.put(agent, nanos.getAsLong());
    }
    pending.begin(agent);
    work.take(agent, step)
        .onComplete(
            done -> {
              pending.end(agent, done.failed() || done.result());
              if (done.failed()) {
                failed(done.cause());
              } else if (writes) {
                well();
              }
              lookSoon();
            });
  }

  private void failed(Throwable failure) {
    if (closed) {
      return;
    }
    RemoteFailure.Kind kind =
        failure instanceof RemoteFailure known ? known.kind() : RemoteFailure.Kind.AWAY;
    if (kind == RemoteFailure.Kind.CONFLICT) {
      remote.read().onSuccess(this::heard).onFailure(this::failed);
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
    publish();
  }

  private void comeBack() {
    resting = false;
    connect();
    ask();
    look();
  }

  private void well() {
    pause.over();
    if (!trouble.isEmpty()) {
      trouble = "";
      events.trouble("");
    }
  }
}
