package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.health.Phase;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The releases of one agent that are alive: the one that is wanted (target), the one that takes the
 * calls (serving), and those on their way out. Only on the fleet's context.
 */
final class AgentReleases {
  private final FleetParts parts;
  private final Map<String, Release> onRecord = new LinkedHashMap<>();
  private final Map<String, LiveRelease> live = new LinkedHashMap<>();
  private LiveRelease target;
  private @Nullable LiveRelease serving;
  private List<ToolInfo> lastTools = List.of();
  private AgentSpec spec;

  AgentReleases(FleetParts parts, AgentSpec spec) {
    this.parts = parts;
    this.spec = spec;
    Release wanted = Releases.of(spec, parts.clock().instant());
    target = add(wanted, hostFor(spec.manifest()));
  }

  LiveRelease target() {
    return target;
  }

  @Nullable LiveRelease serving() {
    return serving;
  }

  /** Replicas that stay whatever the load: a former release cannot be started again. */
  int least() {
    return serving != null && serving != target ? 1 : 0;
  }

  Collection<LiveRelease> all() {
    return live.values();
  }

  @Nullable LiveRelease find(String id) {
    return live.get(id);
  }

  /** The last tools that any release was known to have. */
  List<ToolInfo> lastTools() {
    return lastTools;
  }

  /** Takes up what the spec wants now; true if that is another release than before. */
  boolean aim(AgentSpec wish) {
    spec = wish;
    LiveRelease before = target;
    Release wanted = Releases.of(wish, parts.clock().instant());
    LiveRelease known = live.get(wanted.id());
    target =
        known != null
            ? known
            : add(onRecord.getOrDefault(wanted.id(), wanted), hostFor(wish.manifest()));
    target.recorded |= onRecord.containsKey(wanted.id());
    target.describe(wish.manifest());
    return target != before;
  }

  private @Nullable ReplicaHost hostFor(Manifest manifest) {
    return parts.hostFor(manifest.run()).orElse(null);
  }

  private LiveRelease add(Release release, @Nullable ReplicaHost host) {
    LiveRelease added = new LiveRelease(host, release, () -> parts.hints().test(spec));
    live.put(release.id(), added);
    return added;
  }

  /** Takes note of what is on record, newest first. */
  void recall(List<Release> releases) {
    for (Release release : releases) {
      onRecord.put(release.id(), release);
      if (lastTools.isEmpty()) {
        lastTools = release.tools();
      }
      LiveRelease known = live.get(release.id());
      if (known == null) {
        continue;
      }
      known.recorded = true;
      if (!known.toolsKnown && !known.toolsMayChange() && !release.tools().isEmpty()) {
        learnt(known, release.tools());
      }
    }
  }

  /** The release of a replica that was found; made known if need be. */
  LiveRelease of(String id, ReplicaHost host) {
    LiveRelease known = live.get(id);
    if (known != null) {
      return known;
    }
    Release recorded = onRecord.get(id);
    return add(
        recorded != null ? recorded : Releases.adopted(spec.name(), id, spec.manifest()), host);
  }

  /** A replica of this release was adopted: it counts, and it served before. */
  void adopted(LiveRelease release) {
    release.applied++;
    release.confirmed++;
    release.told = false;
    release.served = true;
    if (release != target) {
      // Its host has prepared it in an earlier life; today's folder may hold other code.
      release.build = RolloutFacts.Build.READY;
    }
    if (serving == null || release != target) {
      serving = release;
    }
  }

  void learnt(LiveRelease release, List<ToolInfo> tools) {
    release.learnt(tools);
    if (!tools.isEmpty()) {
      lastTools = tools;
    }
  }

  /** For {@link Rollout}: the serving one first. */
  List<RolloutFacts.Release> facts() {
    List<RolloutFacts.Release> facts = new ArrayList<>();
    if (serving != null) {
      facts.add(serving.facts());
    }
    live.values().stream()
        .filter(release -> release != serving)
        .map(LiveRelease::facts)
        .forEach(facts::add);
    return facts;
  }

  /**
   * Finds out which release serves now, and forgets those that are of no interest any more.
   *
   * @return what was replaced by what, if that has come about now
   */
  Optional<String> settle(Collection<LiveReplica> replicas, int wanted) {
    Optional<String> done = Optional.empty();
    boolean ready = replicas.stream().anyMatch(r -> r.release == target && r.is(Phase.HEALTHY));
    boolean others = live.values().stream().anyMatch(r -> r != target && r.applied > 0 && r.served);
    if (ready && serving != target && !others) {
      done = Optional.ofNullable(serving).map(old -> old.id() + " -> " + target.id());
      serving = target;
    }
    if (wanted == 0 && replicas.isEmpty()) {
      serving = null;
    }
    live.values()
        .removeIf(
            release ->
                release != target
                    && release != serving
                    && release.idle()
                    && replicas.stream().noneMatch(r -> r.release == release));
    return done;
  }
}
