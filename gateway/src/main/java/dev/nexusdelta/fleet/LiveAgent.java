package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.health.Phase;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The present of one agent and what follows from it: holds spec, releases and replicas, asks {@link
 * Rollout} what to do, and does it. Only on the fleet's context.
 */
final class LiveAgent {
  /** Rollout settles in two or three rounds; more means that something is not idempotent. */
  private static final int MOST_ROUNDS = 10;

  private final AgentTools with;
  private final Map<String, Release> kept = new LinkedHashMap<>();
  private final Map<String, LiveRelease> releases = new LinkedHashMap<>();
  private final Map<String, LiveReplica> replicas = new LinkedHashMap<>();
  private AgentSpec spec;
  private LiveRelease target;
  private @Nullable LiveRelease serving;

  /** The target has failed finally while another release serves. */
  private boolean gaveUp;

  /** It has been healthy since it was last enabled. */
  private boolean everReady;

  private boolean open;
  private List<ToolInfo> lastTools = List.of();

  LiveAgent(AgentTools with, AgentSpec spec) {
    this.with = with;
    this.spec = spec;
    this.target = new LiveRelease(null, Releases.unknown(spec.name(), ""), List.of());
    target = aim();
  }

  // --- what others read -------------------------------------------------------------------

  String key() {
    return spec.name().key();
  }

  AgentSpec spec() {
    return spec;
  }

  Manifest manifest() {
    return spec.manifest();
  }

  LiveRelease target() {
    return target;
  }

  @Nullable LiveRelease serving() {
    return serving;
  }

  boolean gaveUp() {
    return gaveUp;
  }

  boolean everReady() {
    return everReady;
  }

  Iterable<LiveReplica> replicas() {
    return replicas.values();
  }

  List<LiveReplica> replicaList() {
    return List.copyOf(replicas.values());
  }

  @Nullable LiveRelease find(String release) {
    return releases.get(release);
  }

  @Nullable LiveReplica replica(String id) {
    return replicas.get(id);
  }

  Iterable<LiveRelease> releases() {
    return releases.values();
  }

  int wanted() {
    return Wanted.count(spec, OptionalInt.empty());
  }

  /** The last tools that any release was known to have. */
  List<ToolInfo> lastTools() {
    return lastTools;
  }

  /** Deleted, and nothing of it is left. */
  boolean forgotten() {
    return spec.deleted()
        && open
        && replicas.isEmpty()
        && releases.values().stream().allMatch(release -> release.applied == 0 && release.told);
  }

  // --- what happens -----------------------------------------------------------------------

  /** Releases on record, newest first. */
  void recall(List<Release> onRecord) {
    for (Release release : onRecord) {
      kept.put(release.id(), release);
      if (lastTools.isEmpty() && !release.tools().isEmpty()) {
        lastTools = release.tools();
      }
      LiveRelease live = releases.get(release.id());
      if (live != null && !live.toolsKnown && !release.tools().isEmpty()) {
        learnt(live, release.tools());
      }
    }
    with.loop().changed(this);
  }

  /** All hosts have reported what they adopted: from now on this agent acts. */
  void open() {
    open = true;
    with.loop().changed(this);
  }

  /** It was made while the gateway runs, which is news. */
  void created() {
    event("agent.created", null, spec.by(), "revision " + spec.revision());
  }

  /** Takes up a newer revision. */
  void take(AgentSpec next) {
    if (next.revision() <= spec.revision()) {
      return;
    }
    boolean restarts = next.enabled() && (!spec.enabled() || spec.deleted());
    boolean recreated = spec.deleted() && !next.deleted();
    spec = next;
    String type = next.deleted() ? "deleted" : recreated ? "created" : "changed";
    event("agent." + type, null, next.by(), "revision " + next.revision());
    LiveRelease before = target;
    target = aim();
    if (target != before || restarts) {
      gaveUp = false;
      target.retry();
    }
    if (restarts) {
      everReady = false;
    }
    if (target != before && serving != null && serving != target && wanted() > 0) {
      event("rollout.started", null, next.by(), serving.id() + " -> " + target.id());
    }
    describe();
    with.loop().changed(this);
  }

  private LiveRelease aim() {
    Release wanted = Releases.of(spec, with.parts().clock().instant());
    LiveRelease live = releases.get(wanted.id());
    return live == null
        ? add(
            kept.getOrDefault(wanted.id(), wanted),
            with.parts().hostFor(wanted.manifest().run()).orElse(null))
        : live;
  }

  private LiveRelease add(Release release, @Nullable ReplicaHost host) {
    LiveRelease live = new LiveRelease(host, release, spec.manifest().tools());
    if (release.id().equals(Releases.id(spec.manifest(), spec.codeHash(), spec.generation()))) {
      live.describe(spec.manifest());
    }
    releases.put(release.id(), live);
    return live;
  }

  /** What replicas cannot see takes effect at once. */
  private void describe() {
    target.describe(spec.manifest());
    for (LiveRelease release : releases.values()) {
      release.join(spec.manifest().tools());
    }
    for (LiveReplica replica : replicas.values()) {
      replica.replica.limit(spec.manifest().limits().concurrency());
      replica.replica.learnt(replica.release.tools());
    }
  }

  /** The release of that id, made known if need be. */
  LiveRelease release(String id, ReplicaHost host) {
    LiveRelease live = releases.get(id);
    if (live != null) {
      return live;
    }
    Release known = kept.get(id);
    return add(known != null ? known : Releases.adopted(spec.name(), id, spec.manifest()), host);
  }

  void joined(LiveReplica replica) {
    replicas.put(replica.id(), replica);
    if (replica.adopted) {
      replica.release.applied++;
      replica.release.told = false;
      replica.release.served = true;
      if (serving == null || replica.release != target) {
        serving = replica.release;
      }
    } else {
      event("replica.starting", replica, "host", "");
    }
    with.health().start(replica);
    with.loop().changed(this);
  }

  void left(LiveReplica replica) {
    replica.gone = true;
    replicas.remove(replica.id());
    withdraw(replica);
    with.loop().changed(this);
  }

  /** Its host has told it to end. */
  void withdraw(LiveReplica replica) {
    replica.replica.drain();
    with.health().stop(replica);
    with.directory().withdraw(replica.id());
    with.loop().changed(this);
  }

  void healthChanged(LiveReplica replica, Phase before) {
    Phase now = replica.phase();
    String by = now == Phase.DRAINING ? "gateway" : "health";
    event("replica." + now.label(), replica, by, replica.health.reason());
    if (now == Phase.HEALTHY) {
      healthy(replica, before);
    } else if (now == Phase.EJECTED) {
      with.directory().withdraw(replica.id());
    }
    with.loop().changed(this);
  }

  private void healthy(LiveReplica replica, Phase before) {
    replica.release.healthy();
    everReady = true;
    with.directory().publish(replica);
    if (before == Phase.STARTING && !replica.adopted) {
      with.metrics().ready(replica, with.loop().now() - replica.firstSeen);
    }
    with.tools().learn(replica);
  }

  /** Health has no hope for this replica. */
  void hopeless(LiveReplica replica, String reason) {
    boolean starting = replica.phase() == Phase.STARTING;
    if (replica.release.countable()) {
      event("replica.failed", replica, "health", reason);
      with.metrics().restarted(key(), starting ? "not_ready" : "unhealthy");
      with.commands().replace(this, replica, reason, starting);
      withdraw(replica);
    } else if (starting) {
      // Runs elsewhere: nobody here can put another in its place.
      late(replica.release, new LiveRelease.Failure(reason, List.of(), Duration.ZERO));
    }
  }

  /** A replica of this release was not ready in time. */
  void late(LiveRelease release, LiveRelease.Failure failure) {
    if (!release.overdue) {
      release.overdue = true;
      release.failures++;
    }
    failed(release, failure);
  }

  /** Replicas of this release do not come up. */
  void failed(LiveRelease release, LiveRelease.Failure failure) {
    if (release.failure == null || !release.failure.equals(failure)) {
      release.failure = failure;
      with.loop().changed(this);
    }
  }

  void learnt(LiveRelease release, List<ToolInfo> tools) {
    release.learnt(tools, spec.manifest().tools());
    if (!tools.isEmpty()) {
      lastTools = tools;
    }
    for (LiveReplica replica : replicas.values()) {
      if (replica.release == release) {
        replica.replica.learnt(release.tools());
      }
    }
    with.loop().changed(this);
  }

  /** Asks any healthy replica of this release for its tools. */
  void learnTools(LiveRelease release) {
    replicas.values().stream()
        .filter(replica -> replica.release == release && replica.is(Phase.HEALTHY))
        .findFirst()
        .ifPresent(with.tools()::learn);
  }

  void retryBuild(LiveRelease release) {
    if (release.buildFailed() && !gaveUp) {
      release.retry();
      with.loop().changed(this);
    }
  }

  /** Somebody waits. */
  void hurry() {
    replicas.values().forEach(with.health()::hurry);
  }

  // --- what follows -----------------------------------------------------------------------

  /** Decides and acts until nothing more is to be done now. */
  void reconcile() {
    if (!open) {
      return;
    }
    giveUpIfHopeless();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<RolloutAction> actions = Rollout.decide(facts());
      if (actions.isEmpty()) {
        break;
      }
      actions.forEach(this::act);
    }
    settle();
  }

  private void giveUpIfHopeless() {
    if (gaveUp
        || wanted() == 0
        || !Rollout.givesUp(facts(), target.buildFailed(), target.failures, target.overdue)) {
      return;
    }
    gaveUp = true;
    String reason = target.failure == null ? "it does not start" : target.failure.reason();
    event("rollout.failed", null, "gateway", "release " + target.id() + ": " + reason);
  }

  private RolloutFacts facts() {
    List<RolloutFacts.Release> known = new ArrayList<>();
    if (serving != null && serving != target) {
      known.add(serving.facts());
    }
    for (LiveRelease release : releases.values()) {
      if (release != serving || release == target) {
        known.add(release.facts());
      }
    }
    long now = with.loop().now();
    List<RolloutFacts.Copy> copies = new ArrayList<>();
    for (LiveReplica replica : replicas.values()) {
      if (!replica.leaving()) {
        copies.add(replica.facts(now));
      }
    }
    return new RolloutFacts(wanted(), target.countable(), target.id(), gaveUp, known, copies);
  }

  private void act(RolloutAction action) {
    if (action instanceof RolloutAction.Prepare prepare) {
      with.commands().prepare(this, known(prepare.release()));
    } else if (action instanceof RolloutAction.Apply apply) {
      for (String victim : apply.victims()) {
        LiveReplica replica = replicas.get(victim);
        if (replica != null) {
          replica.ending = true;
        }
      }
      with.commands().apply(this, known(apply.release()), apply.count(), apply.victims());
    } else if (action instanceof RolloutAction.Drain drain) {
      LiveReplica replica = replicas.get(drain.replica());
      if (replica != null) {
        drain(replica, drain.reason());
      }
    }
  }

  private LiveRelease known(String id) {
    LiveRelease live = releases.get(id);
    return live == null ? target : live;
  }

  private void drain(LiveReplica replica, String reason) {
    Duration most = spec.manifest().limits().timeout();
    replica.drainDeadline = with.loop().now() + most.toNanos();
    withdraw(replica);
    with.health().drain(replica, reason);
    with.loop().after(most.plusMillis(1), () -> with.loop().changed(this));
  }

  /** Which release serves now, and which are of no interest any more. */
  private void settle() {
    boolean targetReady =
        replicas.values().stream().anyMatch(r -> r.release == target && r.is(Phase.HEALTHY));
    boolean othersServe =
        releases.values().stream().anyMatch(r -> r != target && r.applied > 0 && r.served);
    if (targetReady && serving != target && !othersServe) {
      if (serving != null) {
        event("rollout.done", null, "gateway", serving.id() + " -> " + target.id());
      }
      serving = target;
    }
    if (wanted() == 0 && replicas.isEmpty()) {
      serving = null;
    }
    releases
        .values()
        .removeIf(
            release ->
                release != target
                    && release != serving
                    && release.applied == 0
                    && release.told
                    && replicas.values().stream().noneMatch(r -> r.release == release));
  }

  private void event(String type, @Nullable LiveReplica replica, String by, String reason) {
    with.event(type, spec.name(), replica == null ? null : replica.id(), by, reason);
  }
}
