package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.health.Phase;
import dev.nexusdelta.manifest.Manifest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The present of one agent and what follows from it: holds spec, releases and replicas, asks {@link
 * Rollout} what to do, and does it. Only on the fleet's context.
 */
final class LiveAgent {
  /** Rollout settles in two or three rounds; more means that something is not idempotent. */
  private static final int MOST_ROUNDS = 10;

  private final AgentTools with;
  private final AgentReleases releases;
  private final RolloutSteps steps;
  private final LiveCount count;
  private final StartTimes startTimes = new StartTimes();
  private final Map<String, LiveReplica> replicas = new LinkedHashMap<>();
  private AgentSpec spec;

  /** The target has failed finally while another release serves. */
  private boolean gaveUp;

  /** It has been healthy since it was last enabled. */
  private boolean everReady;

  private boolean open;

  LiveAgent(AgentTools with, AgentSpec spec) {
    this.with = with;
    this.spec = spec;
    this.count = new LiveCount(with.parts().shares());
    this.releases = new AgentReleases(with.parts(), spec);
    this.steps = new RolloutSteps(this, with);
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

  AgentReleases releases() {
    return releases;
  }

  boolean gaveUp() {
    return gaveUp;
  }

  boolean everReady() {
    return everReady;
  }

  List<LiveReplica> replicas() {
    return List.copyOf(replicas.values());
  }

  @Nullable LiveReplica replica(String id) {
    return replicas.get(id);
  }

  /** On this gateway's host. */
  int wanted() {
    return count.here(spec);
  }

  LiveCount count() {
    return count;
  }

  /** What a start of the target takes. */
  Duration startTime() {
    return startTimes.usual(releases.target().id());
  }

  /** Deleted, and nothing of it is left on any host. */
  boolean forgotten() {
    return spec.deleted()
        && open
        && replicas.isEmpty()
        && count.elsewhere(spec) == 0
        && releases.all().stream().allMatch(LiveRelease::idle);
  }

  // --- what happens -----------------------------------------------------------------------

  /** Releases on record, newest first. */
  void recall(List<Release> onRecord) {
    releases.recall(onRecord);
    tellReplicas();
    with.loop().changed(this);
  }

  /** All hosts have reported what they adopted: from now on this agent acts. */
  void open() {
    open = true;
    count.found(spec, replicas.values());
    with.loop().changed(this);
  }

  /** It was made while the gateway runs, which is news. */
  void created() {
    count.created();
    event("agent.created", null, spec.by(), "revision " + spec.revision());
  }

  /** Takes up a newer revision. */
  void take(AgentSpec next) {
    if (next.revision() <= spec.revision()) {
      return;
    }
    boolean restarts = next.enabled() && (!spec.enabled() || spec.deleted());
    boolean recreated = spec.deleted() && !next.deleted();
    count.take(spec, next, replicas.values());
    spec = next;
    String type = next.deleted() ? "deleted" : recreated ? "created" : "changed";
    event("agent." + type, null, next.by(), "revision " + next.revision());
    boolean another = releases.aim(next);
    if (another || restarts) {
      gaveUp = false;
      releases.target().retry();
    }
    if (restarts) {
      everReady = false;
      count.start(spec);
    }
    LiveRelease serving = releases.serving();
    if (another && serving != null && serving != releases.target() && wanted() > 0) {
      event("rollout.started", null, next.by(), serving.id() + " -> " + releases.target().id());
    }
    tellReplicas();
    with.loop().changed(this);
  }

  /** What replicas need not be replaced for takes effect at once. */
  private void tellReplicas() {
    for (LiveReplica replica : replicas.values()) {
      replica.told(manifest().limits());
      with.directory().changed(replica);
    }
  }

  void joined(LiveReplica replica) {
    replicas.put(replica.id(), replica);
    if (!replica.adopted) {
      event("replica.starting", replica, "host", "");
    } else if (!replica.leaving()) {
      releases.adopted(replica.release);
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
    boolean outlier = now == Phase.EJECTED && !replica.ejectedBy.equals("health");
    if (now == Phase.EJECTED) {
      with.metrics().ejected(key(), replica.ejectedBy);
    }
    String by = now == Phase.DRAINING ? "gateway" : outlier ? "outlier" : "health";
    boolean back = now == Phase.HEALTHY && before != Phase.STARTING;
    String reason = back ? "answers its probes again" : replica.health.reason();
    event("replica." + now.label(), replica, by, reason);
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
    if (before == Phase.EJECTED || (before == Phase.STARTING && !replica.adopted)) {
      replica.replica.warmUp(with.loop().now());
      replica.replica.counts().good();
      replica.replica.onTrial(before == Phase.EJECTED && replica.health.outliers() > 0);
    }
    if (before == Phase.STARTING && !replica.adopted) {
      replica.toReady = Duration.ofNanos(with.loop().now() - replica.firstSeen);
      startTimes.add(
          replica.release.id(),
          replica.start().values().stream().reduce(Duration.ZERO, Duration::plus));
      with.metrics().started(replica);
    }
    with.usage().measure(replica.host, replica.id());
    tellReplicas();
    with.tools().learn(replica);
  }

  /** Health has no hope for this replica, which it says again after each probe. */
  void hopeless(LiveReplica replica, String reason) {
    if (replica.host.trouble().isPresent()) {
      // Nobody can put another in its place now; if it recovers meanwhile, it serves again.
      return;
    }
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
    releases.learnt(release, tools);
    tellReplicas();
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

  /** Somebody wants to see it run, though nobody may call it. */
  void start() {
    count.start(spec);
    with.loop().changed(this);
  }

  /** The cluster says something else of it. */
  void heard() {
    if (open && count.heard(spec)) {
      // What once kept it from starting here may have passed.
      releases.target().retry();
    }
    with.loop().changed(this);
  }

  /** The load calls for so many replicas. */
  void scaleTo(int total, String reason) {
    int before = count.total(spec);
    if (!count.scaleTo(spec, Math.max(total, releases.least()))) {
      return;
    }
    if (before == 0) {
      // It is asked for again: what once kept it from starting may have passed.
      releases.target().retry();
    }
    int now = count.total(spec);
    everReady &= now > 0;
    event("agent.scaled", null, "autoscaler", before + " -> " + now + ": " + reason);
    with.loop().changed(this);
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
    gaveUp = gaveUp || steps.givesUp();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (!steps.take(Rollout.decide(steps.facts()))) {
        break;
      }
    }
    releases
        .settle(replicas.values(), wanted())
        .ifPresent(what -> event("rollout.done", null, "gateway", what));
  }

  private void event(String type, @Nullable LiveReplica replica, String by, String reason) {
    with.event(type, spec.name(), replica == null ? null : replica.id(), by, reason);
  }
}
