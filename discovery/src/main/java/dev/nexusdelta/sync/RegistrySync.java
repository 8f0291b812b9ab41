package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
public final class RegistrySync {
  /** Firestore's own bound on writes of one document. */
  static final long BETWEEN_WRITES_MILLIS = 1_000;

  /** A listener that has gone deaf shows by what it has not told. */
  static final long REREAD_MILLIS = 60_000;

  private static final int MOST_AT_ONCE = 16;
  private static final Logger log = LoggerFactory.getLogger(RegistrySync.class);

  private final Vertx vertx;
  private final Context context;
  private final Registry registry;
  private final SyncStore store;
  private final RemoteRegistry remote;
  private final Reconciliation rules;
  private final SyncEvents events;
  private final Function<AgentName, List<ToolInfo>> tools;
  private final LongSupplier nanos;
  private final Pause pause;
  private final RemoteView view = new RemoteView();
  private final Map<AgentName, SyncMark> marks = new HashMap<>();

  /** Agents to look at, and since when; oldest first. */
  private final Map<AgentName, Long> pending = new LinkedHashMap<>();

  private final Map<AgentName, Long> underWay = new HashMap<>();
  private final Map<AgentName, Long> writtenAt = new HashMap<>();
  private final Map<AgentName, String> refused = new HashMap<>();
  private RemoteRegistry.Listening listening = () -> {};
  private String trouble = "";
  private boolean held;
  private boolean confirmed;
  private boolean resting;
  private boolean looksSoon;
  private boolean closed;
  private long timer = -1;
  private volatile SyncStatus status = new SyncStatus(false, 0, OptionalLong.empty(), "", false);

  /** What it does its work with. */
  public record Parts(
      Registry registry,
      SyncStore store,
      RemoteRegistry remote,
      Reconciliation rules,
      SyncEvents events,
      Function<AgentName, List<ToolInfo>> tools,
      LongSupplier nanos,
      Pause pause) {}

  private RegistrySync(Vertx vertx, Parts parts) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.registry = parts.registry();
    this.store = parts.store();
    this.remote = parts.remote();
    this.rules = parts.rules();
    this.events = parts.events();
    this.tools = parts.tools();
    this.nanos = parts.nanos();
    this.pause = parts.pause();
  }

  /** Begins; does not wait for the outside registry. */
  public static Future<RegistrySync> open(Vertx vertx, Parts parts) {
    RegistrySync sync = new RegistrySync(vertx, parts);
    Promise<RegistrySync> opened = Promise.promise();
    sync.context.runOnContext(v -> sync.begin().map(sync).onComplete(opened));
    return opened.future();
  }

  private Future<Void> begin() {
    return store
        .marks()
        .map(
            all -> {
              all.forEach(mark -> marks.put(mark.agent(), mark));
              registry.watch(spec -> context.runOnContext(v -> changed(spec)));
              allPending();
              connect();
              vertx.setPeriodic(REREAD_MILLIS, this::reread);
              return null;
            });
  }

  /** How it stands. Any thread. */
  public SyncStatus status() {
    return status;
  }

  /** That most documents are gone is meant so. Any thread. */
  public void confirmVanished() {
    context.runOnContext(
        v -> {
          confirmed = held;
          held = false;
          allPending();
          look();
        });
  }

  private void publish() {
    OptionalLong oldest =
        LongStream.concat(
                pending.values().stream().mapToLong(since -> since),
                underWay.values().stream().mapToLong(since -> since))
            .min();
    status =
        new SyncStatus(view.isKnown(), pending.size() + underWay.size(), oldest, trouble, held);
  }

  /** Ends all but what is under way. Any thread. */
  public void close() {
    context.runOnContext(
        v -> {
          closed = true;
          vertx.cancelTimer(timer);
          listening.close();
        });
  }

  private void allPending() {
    long now = nanos.getAsLong();
    marks.keySet().forEach(agent -> pending.putIfAbsent(agent, now));
    registry.agents().forEach(spec -> pending.putIfAbsent(spec.name(), now));
  }

  private void changed(AgentSpec spec) {
    pending.putIfAbsent(spec.name(), nanos.getAsLong());
    look();
  }

  private void connect() {
    if (!closed) {
      listening = remote.listen(this::heard, this::failed);
    }
  }

  private void heard(RemoteSnapshot snapshot) {
    if (closed) {
      return;
    }
    well();
    long now = nanos.getAsLong();
    guard(snapshot, marks.values());
    view.heard(snapshot, marks.values()).forEach(agent -> pending.putIfAbsent(agent, now));
    look();
  }

  /** An emulator that was started empty, a wrong project, a slip of the hand. */
  private void guard(RemoteSnapshot snapshot, Collection<SyncMark> known) {
    Set<AgentName> there = new HashSet<>();
    known.stream()
        .filter(mark -> !mark.updateTime().isEmpty())
        .filter(mark -> registry.agent(mark.agent()).isPresent())
        .forEach(mark -> there.add(mark.agent()));
    int before = there.size();
    snapshot.documents().stream()
        .filter(document -> AgentName.isValid(document.key()))
        .forEach(document -> there.remove(new AgentName(document.key())));
    boolean most = there.size() * 2 > before;
    if (most && !held && !confirmed) {
      events.vanished(there.size(), before);
    }
    confirmed &= most;
    held = most && !confirmed;
  }

  private void reread(long id) {
    if (closed) {
      vertx.cancelTimer(id);
      return;
    }
    if (!resting) {
      remote
          .read()
          .onSuccess(
              snapshot -> {
                if (!view.heard(snapshot, marks.values()).isEmpty()) {
                  log.info("changes outside were not told of; listening anew");
                  listening.close();
                  connect();
                  heard(snapshot);
                }
              })
          .onFailure(this::failed);
    }
  }

  private void look() {
    if (!closed && !resting && view.isKnown()) {
      work();
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

  private void work() {
    long now = nanos.getAsLong();
    long wait = Long.MAX_VALUE;
    for (AgentName agent : List.copyOf(pending.keySet())) {
      if (underWay.size() < MOST_AT_ONCE && !underWay.containsKey(agent)) {
        Step step = step(agent);
        long left = step instanceof Step.Push ? mayWriteIn(agent, now) : 0;
        if (left <= 0) {
          take(agent, step);
        } else {
          wait = Math.min(wait, left);
        }
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

  private Step step(AgentName agent) {
    return rules.decide(agent, registry.agentOrTombstone(agent), mark(agent), view.document(agent));
  }

  /** As people write it, where a document's key is all that was heard. */
  private AgentName spelt(AgentName agent) {
    return registry.agentOrTombstone(agent).map(AgentSpec::name).orElse(agent);
  }

  private SyncMark mark(AgentName agent) {
    return marks.getOrDefault(agent, SyncMark.none(agent));
  }

  private void take(AgentName agent, Step step) {
    long since = pending.remove(agent);
    underWay.put(agent, since);
    step(agent, step)
        .onComplete(
            done -> {
              underWay.remove(agent);
              if (done.failed()) {
                pending.putIfAbsent(agent, since);
                failed(done.cause());
              } else if (done.result()) {
                pending.putIfAbsent(agent, since);
              }
              lookSoon();
            });
  }

  /**
   * Does one step.
   *
   * @return whether to look again
   */
  private Future<Boolean> step(AgentName agent, Step step) {
    if (!(step instanceof Step.Refuse) && refused.remove(agent) != null) {
      events.refused(spelt(agent), "");
    }
    if (step instanceof Step.Agree agree) {
      return record(agree.mark());
    }
    if (step instanceof Step.Push push) {
      return push(agent, push);
    }
    if (step instanceof Step.Take take) {
      return taken(agent, take);
    }
    if (step instanceof Step.Refuse refuse
        && !refuse.reason().equals(refused.put(agent, refuse.reason()))) {
      events.refused(spelt(agent), refuse.reason());
    }
    return Future.succeededFuture(false);
  }

  private Future<Boolean> record(SyncMark mark) {
    return store
        .put(mark)
        .map(
            v -> {
              marks.put(mark.agent(), mark);
              return true;
            });
  }

  private Future<Boolean> push(AgentName agent, Step.Push push) {
    JsonObject content = AgentDocument.write(push.spec(), tools.apply(agent));
    long revision = push.spec().revision();
    String digest = AgentDocument.of(push.spec()).digest();
    writtenAt.put(agent, nanos.getAsLong());
    return record(mark(agent).attempting(new SyncMark.Attempt(revision, digest)))
        .compose(v -> remote.write(agent.key(), content, push.over()))
        .compose(
            time -> {
              well();
              view.written(agent, new RemoteDocument(agent.key(), time, content));
              return record(new SyncMark(agent, revision, time));
            });
  }

  private Future<Boolean> taken(AgentName agent, Step.Take take) {
    if (held && take.updateTime().isEmpty()) {
      return Future.succeededFuture(false);
    }
    Optional<AgentSpec> lost =
        take.superseded() ? registry.agentOrTombstone(agent) : Optional.empty();
    return lost.map(store::keep)
        .orElse(Future.succeededFuture())
        .compose(
            v ->
                registry.edit(
                    agent,
                    OptionalLong.of(take.revision()),
                    take.next().by(),
                    found -> take.next()))
        .compose(
            stored -> {
              lost.ifPresent(spec -> events.superseded(spec, stored));
              if (!take.ignored().isEmpty()) {
                events.ignored(stored.name(), take.ignored());
              }
              return record(new SyncMark(agent, stored.revision(), take.updateTime()));
            })
        .recover(
            failure ->
                failure instanceof StaleRevisionException
                    ? Future.succeededFuture(true)
                    : Future.failedFuture(failure));
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
    String reason = String.valueOf(failure.getMessage());
    if (!reason.equals(trouble)) {
      trouble = reason;
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
