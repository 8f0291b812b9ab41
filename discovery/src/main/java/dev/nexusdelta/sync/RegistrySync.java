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

/**
 * Keeps the registry and one outside alike while this gateway leads.
 *
 * <p>An agent is looked at when either of its sides changes, and again after each step, until
 * {@link Reconciliation} finds nothing left to do. Its document is written at most once a second.
 * What fails is tried again: a conflict at once, with what is outside by then; an outage after a
 * {@link Pause} for all.
 *
 * <p>Lives on a context of its own.
 */
public final class RegistrySync implements SyncControl {
  /** Firestore's own bound on writes of one document. */
  static final long BETWEEN_WRITES_MILLIS = 1_000;

  private static final int MOST_AT_ONCE = 16;

  private final Vertx vertx;
  private final Context context;
  private final Parts parts;
  private final Registry registry;
  private final RemoteView view = new RemoteView();
  private final VanishGuard guard = new VanishGuard();
  private final PendingAgents pending = new PendingAgents();
  private final Map<AgentName, Long> writtenAt = new HashMap<>();
  private final StepWork work;
  private final Contact contact;
  private boolean looksSoon;
  private long timer = -1;
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
    this.parts = parts;
    this.registry = parts.registry();
    this.work = new StepWork(parts, view, guard);
    this.contact =
        new Contact(
            vertx,
            parts,
            view,
            new Contact.Listener() {
              @Override
              public boolean heard(RemoteSnapshot snapshot, long source) {
                return takeUp(snapshot, source);
              }

              @Override
              public void changed() {
                look();
              }
            });
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
              contact.open();
              vertx.setPeriodic(parts.pace().probeMillis(), this::check);
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
    return work.isRefused(agent) ? SyncState.REFUSED : SyncState.SYNCED;
  }

  @Override
  public Map<AgentName, String> refused() {
    return work.refused();
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return parts.store().superseded(agent);
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
          vertx.cancelTimer(timer);
          contact.close().onComplete(ended);
        });
    return ended.future();
  }

  private void allPending() {
    long now = parts.nanos().getAsLong();
    pending.addAll(work.marks().stream().map(SyncMark::agent).toList(), now);
    pending.addAll(registry.agents().stream().map(AgentSpec::name).toList(), now);
  }

  /** Any thread: whoever made the change sees it pending at once. */
  private void changed(AgentSpec spec) {
    pending.add(spec.name(), parts.nanos().getAsLong());
    context.runOnContext(v -> look());
  }

  /** Takes what is new in it; whether anything is. */
  private boolean takeUp(RemoteSnapshot snapshot, long source) {
    Set<AgentName> changed = view.heard(snapshot, source, work.marks());
    if (parts.rules().deletes()) {
      VanishGuard.Missing missing = VanishGuard.missing(view, documented());
      if (guard.heard(missing)) {
        parts.events().vanished(missing.documents(), missing.of());
      }
    }
    pending.addAll(changed, parts.nanos().getAsLong());
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

  private void check(long id) {
    if (contact.isClosed()) {
      vertx.cancelTimer(id);
      return;
    }
    pending.addAll(work.oldCards(), parts.nanos().getAsLong());
    look();
    contact.check(registry.agents().size());
  }

  private void look() {
    if (!contact.rests() && view.isKnown()) {
      takeSteps();
    }
    status =
        new SyncStatus(
            view.isKnown(), pending.size(), pending.oldest(), contact.trouble(), guard.holds());
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
    long now = parts.nanos().getAsLong();
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
      vertx.cancelTimer(timer);
      timer = vertx.setTimer(wait / 1_000_000 + 1, id -> look());
    }
  }

  private long mayWriteIn(AgentName agent, long now) {
    Long last = writtenAt.get(agent);
    return last == null ? 0 : last + BETWEEN_WRITES_MILLIS * 1_000_000 - now;
  }

  private void take(AgentName agent, Step step) {
    boolean writes = step instanceof Step.Push;
    if (writes) {
      writtenAt.put(agent, parts.nanos().getAsLong());
    }
    pending.begin(agent);
    work.take(agent, step)
        .onComplete(
            done -> {
              pending.end(agent, done.failed() || done.result());
              if (done.failed()) {
                contact.failed(done.cause());
              } else if (writes) {
                contact.well();
              }
              lookSoon();
            });
  }
}
