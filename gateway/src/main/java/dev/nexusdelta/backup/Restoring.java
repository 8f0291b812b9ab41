package dev.nexusdelta.backup;

import dev.nexusdelta.backup.RestoreReport.Outcome;
import dev.nexusdelta.backup.RestoreReport.Row;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Carries a plan out: one agent after the other, each by an ordinary edit of the revision that the
 * plan has seen. Whoever changed an agent meanwhile has it their way, and a step that fails stops
 * no other.
 */
public final class Restoring {
  private final Registry registry;
  private final RestorePlan plan;
  private final String by;
  private final Place place;
  private final List<Row> rows = new ArrayList<>();

  /** What the place of the restore knows of agents beside the registry. */
  public interface Place {
    /**
     * Throws if this change cannot be made here now; the message says why.
     *
     * @param before what is stored, tombstones too
     */
    void check(Optional<AgentSpec> before, AgentSpec after);

    /** Content hash of the agent's file as it stands now; empty if it has none or none is known. */
    Future<Optional<String>> fileHash(AgentName name);
  }

  private Restoring(Registry registry, RestorePlan plan, String by, Place place) {
    this.registry = registry;
    this.plan = plan;
    this.by = by;
    this.place = place;
  }

  /**
   * Carries it out.
   *
   * @param by who restores, for the audit
   * @return what became of each step; does not fail because a step does
   */
  public static Future<RestoreReport> run(
      Registry registry, RestorePlan plan, String by, Place place) {
    Restoring restoring = new Restoring(registry, plan, by, place);
    Future<Void> all = Future.succeededFuture();
    for (RestoreStep step : plan.steps()) {
      all = all.compose(before -> restoring.take(step));
    }
    return all.map(done -> new RestoreReport(plan, false, restoring.rows));
  }

  private Future<Void> take(RestoreStep step) {
    if (!step.changes()) {
      rows.add(new Row(step, Outcome.DONE, step.revision(), ""));
      return Future.succeededFuture();
    }
    return history(step)
        .compose(known -> place.fileHash(step.name()))
        .compose(hash -> edit(step, hash))
        .map(after -> new Row(step, Outcome.DONE, after.revision(), ""))
        .otherwise(failure -> refused(step, failure))
        .map(
            row -> {
              rows.add(row);
              return null;
            });
  }

  private Future<AgentSpec> edit(RestoreStep step, Optional<String> fileHash) {
    return registry.edit(
        step.name(),
        OptionalLong.of(step.revision()),
        by,
        stored -> {
          AgentSpec next = step.onto(stored, fileHash);
          place.check(stored, next);
          return next;
        });
  }

  /**
   * Releases come first, for the fleet asks for an agent's tools as soon as it sees the agent. An
   * agent that has a history here keeps it.
   */
  private Future<Void> history(RestoreStep step) {
    List<Release> releases =
        step.action() == RestoreStep.Action.CREATE
            ? step.entry().map(BackupEntry::releases).orElse(List.of())
            : List.of();
    if (releases.isEmpty()) {
      return Future.succeededFuture();
    }
    return registry
        .releases(step.name())
        .compose(
            known -> {
              Future<Void> all = Future.succeededFuture();
              // The newest last: the order of writing is their order.
              for (int i = known.isEmpty() ? releases.size() - 1 : -1; i >= 0; i--) {
                Release release = releases.get(i);
                all = all.compose(before -> registry.put(release));
              }
              return all;
            });
  }

  private Row refused(RestoreStep step, Throwable failure) {
    long revision = registry.agentOrTombstone(step.name()).map(AgentSpec::revision).orElse(0L);
    return failure instanceof StaleRevisionException
        ? new Row(
            step,
            Outcome.CONFLICT,
            revision,
            "somebody changed it meanwhile: revision "
                + step.revision()
                + " was read, "
                + revision
                + " is there now and stays")
        : new Row(step, Outcome.FAILED, revision, String.valueOf(failure.getMessage()));
  }
}
