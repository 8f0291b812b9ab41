package dev.nexusdelta.backup;

import dev.nexusdelta.backup.RestoreStep.Action;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a restore would do, or has done.
 *
 * @param dryRun nothing was to be changed
 * @param rows one for each step of the plan, in its order
 */
public record RestoreReport(RestorePlan plan, boolean dryRun, List<Row> rows) {
  /** How a step ended. */
  public enum Outcome {
    /** Only looked at. */
    PLANNED,
    /** It holds, durably. */
    DONE,
    /** Somebody changed the agent meanwhile; theirs stays. */
    CONFLICT,
    /** It could not be done; nothing was changed. */
    FAILED
  }

  /**
   * One step.
   *
   * @param revision of the agent now, as far as it is known; 0 = there is none
   * @param reason why not, for conflicts and failures
   */
  public record Row(RestoreStep step, Outcome outcome, long revision, String reason) {}

  /** Copies the list. */
  public RestoreReport {
    rows = List.copyOf(rows);
  }

  /** The report of a plan that is not carried out. */
  public static RestoreReport planned(RestorePlan plan) {
    return new RestoreReport(
        plan,
        true,
        plan.steps().stream()
            .map(step -> new Row(step, Outcome.PLANNED, step.revision(), ""))
            .toList());
  }

  /** Whether all was already, or is, as the backup has it. */
  public boolean nothingToDo() {
    return rows.stream().noneMatch(row -> row.step().changes());
  }

  private int count(Action action) {
    return (int)
        rows.stream()
            .filter(row -> row.step().action() == action)
            .filter(row -> row.outcome() == Outcome.PLANNED || row.outcome() == Outcome.DONE)
            .count();
  }

  private int count(Outcome outcome) {
    return (int) rows.stream().filter(row -> row.outcome() == outcome).count();
  }

  /** One line for people: how many agents were what. */
  public String summary() {
    List<String> parts = new ArrayList<>();
    parts.add(count(Action.CREATE) + " created");
    parts.add(count(Action.CHANGE) + " changed");
    parts.add(count(Action.SAME) + " same");
    parts.add(count(Action.DELETE) + " deleted");
    if (count(Action.TOMBSTONE) > 0) {
      parts.add(count(Action.TOMBSTONE) + " known as deleted");
    }
    if (count(Outcome.CONFLICT) > 0) {
      parts.add(count(Outcome.CONFLICT) + " left as changed meanwhile");
    }
    if (count(Outcome.FAILED) > 0) {
      parts.add(count(Outcome.FAILED) + " failed");
    }
    Backup backup = plan.backup();
    return String.join(", ", parts)
        + "; backup of gateway "
        + backup.gateway()
        + ", taken "
        + backup.taken();
  }

  /** As the admin API answers it. */
  public JsonObject json() {
    Backup backup = plan.backup();
    JsonArray agents = new JsonArray();
    rows.forEach(row -> agents.add(json(row)));
    return new JsonObject()
        .put("dryRun", dryRun)
        .put(
            "backup",
            new JsonObject()
                .put("taken", backup.taken().toString())
                .put("gateway", backup.gateway())
                .put("agents", backup.agents())
                .put("tombstones", backup.tombstones()))
        .put("agents", agents)
        .put("kept", new JsonArray(plan.kept().stream().map(AgentName::value).toList()))
        .put("summary", summary());
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("name", row.step().name().value())
        .put("action", row.step().action().label())
        .put("parts", new JsonArray(row.step().parts()))
        .put("revision", row.revision())
        .put("result", row.outcome().name().toLowerCase(Locale.ROOT))
        .put("reason", row.reason());
  }
}
