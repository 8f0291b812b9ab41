package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of several gateways with one registry the one that leads keeps it and the one outside alike; the
 * others see by the marks what is alike, and hear the rest from the leader.
 *
 * <p>Lives on a context of its own.
 */
public final class SharedSync implements SyncControl {
  private static final Logger LOG = LoggerFactory.getLogger(SharedSync.class);
  private static final long LOOK_MILLIS = 500;

  private final Vertx vertx;
  private final Context context;
  private final Parts parts;

  /** Since when an agent is seen not to be alike; only of one that does not lead. */
  private final Map<AgentName, Long> differing = new HashMap<>();

  private volatile @Nullable RegistrySync own;
  private volatile SyncNotice heard = SyncNotice.NOTHING;
  private volatile Map<AgentName, SyncMark> marks = Map.of();
  private volatile OptionalLong oldest = OptionalLong.empty();
  private Future<Void> turn = Future.succeededFuture();
  private long timer = -1;
  private boolean closed;

  /**
   * What it does its work with.
   *
   * @param leads whether this gateway does
   * @param begin a sync for as long as this one leads
   * @param notices between the gateways
   * @param nanos a monotonic clock
   */
  public record Parts(
      Registry registry,
      SyncStore store,
      BooleanSupplier leads,
      Supplier<Future<RegistrySync>> begin,
      Notices notices,
      LongSupplier nanos) {}

  /** What the gateways tell each other of it. Thread-safe. */
  public interface Notices {
    /** The leader tells all others. */
    Future<Void> tell(String notice);

    /** What was told last; empty text = nothing. */
    Future<String> told();

    /** Has the leader confirm that deletions are meant so. */
    Future<Boolean> confirm();
  }

  private SharedSync(Vertx vertx, Parts parts) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.parts = parts;
  }

  /** Begins as what this gateway is now. */
  public static SharedSync open(Vertx vertx, Parts parts) {
    SharedSync sync = new SharedSync(vertx, parts);
    sync.context.runOnContext(v -> sync.next());
    return sync;
  }

  private void next() {
    if (closed) {
      return;
    }
    turn =
        look()
            .onFailure(
                e -> LOG.warn("the sync with Firestore is looked at again: {}", e.toString()))
            .otherwiseEmpty();
    turn.onComplete(done -> timer = vertx.setTimer(LOOK_MILLIS, again -> next()));
  }

  private Future<Void> look() {
    RegistrySync present = own;
    if (parts.leads().getAsBoolean()) {
      return present == null
          ? parts.begin().get().onSuccess(begun -> own = begun).mapEmpty()
          : parts.notices().tell(SyncNotice.of(present).text());
    }
    if (present != null) {
      own = null;
      return present.close();
    }
    return parts
        .store()
        .marks()
        .compose(
            all -> {
              Map<AgentName, SyncMark> next = new HashMap<>();
              all.forEach(mark -> next.put(mark.agent(), mark));
              marks = next;
              compare();
              return parts.notices().told();
            })
        .map(
            text -> {
              heard = SyncNotice.read(text);
              return null;
            });
  }

  private void compare() {
    Set<AgentName> now = new HashSet<>();
    for (AgentSpec spec : parts.registry().agents()) {
      if (!alike(spec.name())) {
        now.add(spec.name());
      }
    }
    differing.keySet().retainAll(now);
    now.forEach(agent -> differing.putIfAbsent(agent, parts.nanos().getAsLong()));
    oldest = differing.values().stream().mapToLong(since -> since).min();
  }

  private boolean alike(AgentName agent) {
    SyncMark mark = marks.get(agent);
    Optional<AgentSpec> spec = parts.registry().agentOrTombstone(agent);
    if (mark == null) {
      return spec.isEmpty() || spec.get().deleted();
    }
    return spec.isPresent() && mark.revision() == spec.get().revision();
  }

  @Override
  public Optional<SyncStatus> status() {
    RegistrySync present = own;
    if (present != null) {
      return present.status();
    }
    SyncNotice told = heard;
    int pending =
        (int)
            parts.registry().agents().stream()
                .filter(spec -> !alike(spec.name()) && !told.refused().containsKey(spec.name()))
                .count();
    return Optional.of(new SyncStatus(told.known(), pending, oldest, told.trouble(), told.held()));
  }

  @Override
  public SyncState of(AgentName agent) {
    RegistrySync present = own;
    if (present != null) {
      return present.of(agent);
    }
    if (heard.refused().containsKey(agent)) {
      return SyncState.REFUSED;
    }
    return alike(agent) ? SyncState.SYNCED : SyncState.PENDING;
  }

  @Override
  public Map<AgentName, String> refused() {
    RegistrySync present = own;
    return present == null ? heard.refused() : present.refused();
  }

  @Override
  public Future<Boolean> confirmVanished() {
    RegistrySync present = own;
    return present == null ? parts.notices().confirm() : present.confirmVanished();
  }

  /** Another gateway asks for it, as this one leads. */
  public Future<Boolean> confirmForOthers() {
    RegistrySync present = own;
    return present == null
        ? Future.failedFuture("another gateway leads by now: try again")
        : present.confirmVanished();
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return parts.store().superseded(agent);
  }

  /** Ends all but what is under way; any thread. */
  public Future<Void> close() {
    Promise<Void> ended = Promise.promise();
    context.runOnContext(
        v -> {
          closed = true;
          vertx.cancelTimer(timer);
          turn.eventually(
                  () -> {
                    RegistrySync present = own;
                    return present == null ? Future.<Void>succeededFuture() : present.close();
                  })
              .onComplete(ended);
        });
    return ended.future();
  }
}
