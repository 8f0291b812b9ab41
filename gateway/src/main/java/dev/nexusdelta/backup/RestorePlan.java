package dev.nexusdelta.backup;

import dev.nexusdelta.backup.RestoreStep.Action;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestWriter;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a restore does, decided from a backup and from what a registry holds. Pure.
 *
 * @param backup what is restored
 * @param steps by name
 * @param kept agents that exist here, and not (any more) in the backup, and stay
 */
public record RestorePlan(Backup backup, List<RestoreStep> steps, List<AgentName> kept) {
  /** Copies the lists. */
  public RestorePlan {
    steps = List.copyOf(steps);
    kept = List.copyOf(kept);
  }

  /**
   * Decides.
   *
   * @param present every spec of the registry, tombstones too
   * @param prune agents that would be kept are deleted
   */
  public static RestorePlan of(Backup backup, Collection<AgentSpec> present, boolean prune) {
    Map<AgentName, AgentSpec> left = new TreeMap<>();
    present.forEach(spec -> left.put(spec.name(), spec));
    List<RestoreStep> steps = new ArrayList<>();
    List<AgentName> kept = new ArrayList<>();
    for (BackupEntry entry : backup.entries()) {
      Optional<AgentSpec> here = Optional.ofNullable(left.remove(entry.spec().name()));
      if (entry.spec().deleted() && here.filter(spec -> !spec.deleted()).isPresent()) {
        // Made anew since: whether it goes is not for an old deletion to say.
        left.put(entry.spec().name(), here.get());
      } else {
        steps.add(step(entry, here));
      }
    }
    for (AgentSpec other : left.values()) {
      if (!other.deleted() && prune) {
        steps.add(
            new RestoreStep(
                other.name(), Action.DELETE, List.of(), other.revision(), Optional.empty()));
      } else if (!other.deleted()) {
        kept.add(other.name());
      }
    }
    steps.sort(Comparator.comparing(RestoreStep::name));
    return new RestorePlan(backup, steps, kept);
  }

  private static RestoreStep step(BackupEntry entry, Optional<AgentSpec> here) {
    AgentSpec wanted = entry.spec();
    boolean alive = here.filter(spec -> !spec.deleted()).isPresent();
    List<String> parts = alive ? difference(wanted, here.orElseThrow()) : List.of();
    Action action;
    if (wanted.deleted()) {
      action = here.isPresent() ? Action.SAME : Action.TOMBSTONE;
    } else if (!alive) {
      action = Action.CREATE;
    } else {
      action = parts.isEmpty() ? Action.SAME : Action.CHANGE;
    }
    long revision = here.map(AgentSpec::revision).orElse(0L);
    return new RestoreStep(wanted.name(), action, parts, revision, Optional.of(entry));
  }

  /**
   * Where a restore would make a difference. Code, restarts and revisions are the place's own and
   * not restored.
   */
  private static List<String> difference(AgentSpec wanted, AgentSpec here) {
    List<String> parts = new ArrayList<>(difference(wanted.manifest(), here.manifest()));
    if (wanted.enabled() != here.enabled()) {
      parts.add("enabled");
    }
    if (!wanted.pinned().equals(here.pinned())) {
      parts.add("pinned");
    }
    return parts;
  }

  private static List<String> difference(Manifest wanted, Manifest here) {
    JsonObject a = ManifestWriter.write(wanted);
    JsonObject b = ManifestWriter.write(here);
    TreeSet<String> keys = new TreeSet<>(a.fieldNames());
    keys.addAll(b.fieldNames());
    return keys.stream().filter(key -> !Objects.equals(a.getValue(key), b.getValue(key))).toList();
  }
}
