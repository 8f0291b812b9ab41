package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The present of one release of one agent. Only on the fleet's context. */
final class LiveRelease {
  private static final int CRASH_LOOP = 3;

  /** Why replicas of a release do not come up. */
  record Failure(String reason, List<String> lastLines, Duration retryIn) {
    Failure {
      lastLines = List.copyOf(lastLines);
    }
  }

  /** Where it runs; null if no host of this gateway can. */
  final @Nullable ReplicaHost host;

  Release release;
  RolloutFacts.Build build = RolloutFacts.Build.NONE;
  int applied;

  /** Like {@code applied}, without what the host has not confirmed yet. */
  int confirmed;

  /** Grows with each time that the host is told. */
  int serial;

  boolean told = true;
  boolean blocked;

  /** Its host was away when it was told something, and is asked again shortly. */
  boolean paused;

  /** It has been ready once. */
  boolean served;

  /** The registry has it on record. */
  boolean recorded;

  /** Failed starts in a row. */
  int failures;

  /** One was not ready in time, and none has been since. */
  boolean overdue;

  @Nullable Failure failure;
  boolean toolsKnown;
  boolean toolsAsked;
  boolean toolsWrong;
  private Map<String, ToolInfo> tools = Map.of();
  private List<ToolInfo> toolList = List.of();

  private final BooleanSupplier believed;

  /**
   * A release of which nothing runs yet.
   *
   * @param believed whether its tools' hints are
   */
  LiveRelease(@Nullable ReplicaHost host, Release release, BooleanSupplier believed) {
    this.host = host;
    this.believed = believed;
    this.release = release;
    this.toolsKnown = !toolsMayChange() && !release.tools().isEmpty();
    join();
  }

  String id() {
    return release.id();
  }

  boolean countable() {
    return host == null || host.capabilities().countable();
  }

  /** By its own manifest: what a newer one says of a tool need not hold for this one's code. */
  private void join() {
    List<ToolInfo> learnt = toolsKnown ? release.tools() : List.of();
    toolList = List.copyOf(heeded(Tools.joined(learnt, release.manifest().tools())));
    tools = Tools.byName(toolList);
  }

  /** These, their hints as far as they count. */
  List<ToolInfo> heeded(List<ToolInfo> all) {
    return believed.getAsBoolean() ? all : Tools.withoutPermissions(all);
  }

  /** What runs elsewhere may be exchanged unseen: what was learnt of it holds while it is up. */
  boolean toolsMayChange() {
    return release.manifest().run() instanceof Run.Url;
  }

  /** Takes up tools that were learnt from a replica. */
  void learnt(List<ToolInfo> learnt) {
    toolsKnown = true;
    release =
        new Release(
            release.agent(),
            release.id(),
            release.version(),
            release.manifest(),
            release.codeHash(),
            release.generation(),
            release.weight(),
            learnt,
            release.created());
    join();
  }

  /** The same release, with what the manifest says now of all that replicas cannot see. */
  void describe(Manifest manifest) {
    if (applied > 0 && startsDiffer(release.manifest(), manifest)) {
      told = false;
    }
    release =
        new Release(
            release.agent(),
            release.id(),
            manifest.version(),
            manifest,
            release.codeHash(),
            release.generation(),
            release.weight(),
            release.tools(),
            release.created());
    join();
  }

  /** Whether its host must know although no replica is replaced: for later starts. */
  private static boolean startsDiffer(Manifest before, Manifest now) {
    return !before.port().equals(now.port())
        || before.limits().requestBytes() != now.limits().requestBytes();
  }

  List<ToolInfo> toolList() {
    return toolList;
  }

  Map<String, ToolInfo> tools() {
    return tools;
  }

  /** One of its replicas has become healthy; tools that may have changed must be learnt again. */
  void healthy() {
    served = true;
    failures = 0;
    overdue = false;
    failure = null;
    if (toolsMayChange()) {
      toolsKnown = false;
      join();
    }
  }

  /** Forgets its failures: it shall be tried again. */
  void retry() {
    failures = 0;
    overdue = false;
    failure = null;
    blocked = false;
    if (build == RolloutFacts.Build.FAILED) {
      build = RolloutFacts.Build.NONE;
    }
  }

  /** Why its host can start and stop nothing now. */
  Optional<String> trouble() {
    return host == null ? Optional.empty() : host.trouble();
  }

  /** Its host is not to be asked now. */
  boolean held() {
    return paused || trouble().isPresent();
  }

  /** Its host is told to run none, and knows. */
  boolean idle() {
    return applied == 0 && told;
  }

  boolean buildFailed() {
    return build == RolloutFacts.Build.FAILED;
  }

  /** It will not come up by itself soon. */
  boolean stuck() {
    return buildFailed() || overdue || failures >= CRASH_LOOP;
  }

  /** What keeps it from serving, once that is worth saying: at once until it has served. */
  Optional<Failure> cause() {
    return served && !stuck() ? Optional.empty() : Optional.ofNullable(failure);
  }

  RolloutFacts.Release facts() {
    return new RolloutFacts.Release(id(), build, applied, told, served, blocked);
  }
}
