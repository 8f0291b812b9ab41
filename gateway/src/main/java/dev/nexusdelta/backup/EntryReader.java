package dev.nexusdelta.backup;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads and checks one agent of a backup. Pure. */
final class EntryReader {
  private static final List<String> KEYS =
      List.of(
          "name",
          "revision",
          "deleted",
          "enabled",
          "pinned",
          "generation",
          "codeHash",
          "appliedHash",
          "updated",
          "by",
          "manifest",
          "releases");
  private static final List<String> RELEASE_KEYS =
      List.of(
          "agent",
          "id",
          "version",
          "codeHash",
          "generation",
          "weight",
          "created",
          "tools",
          "manifest");
  private static final List<String> TOOL_KEYS =
      List.of(
          "name",
          "description",
          "inputSchema",
          "outputSchema",
          "readOnly",
          "idempotent",
          "destructive");
  private static final int MOST_REPLICAS = 1000;
  private static final int LONGEST_HASH = 200;
  private static final int LONGEST_TEXT = 1 << 20; // all tools of a release together have no more

  private final Members at;

  private EntryReader(Members at) {
    this.at = at;
  }

  /**
   * The agent that the value describes; empty after noting at least one fault.
   *
   * @param pointer to the value
   * @param faults empty until now
   */
  static Optional<BackupEntry> read(
      @Nullable Object value, String pointer, List<BackupFault> faults) {
    if (!(value instanceof JsonObject json)) {
      faults.add(
          new BackupFault("", pointer, "is " + Members.shown(value) + ", expected an agent"));
      return Optional.empty();
    }
    String name = json.getValue("name") instanceof String text ? text : "";
    String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
    return new EntryReader(new Members(json, shown, pointer, faults)).entry();
  }

  private Optional<BackupEntry> entry() {
    at.onlyThese(KEYS);
    Optional<AgentName> name = name();
    Optional<Manifest> manifest = at.manifest("manifest");
    OptionalInt pinned = OptionalInt.empty();
    if (at.has("pinned")) {
      pinned = at.whole("pinned", 0, MOST_REPLICAS).map(EntryReader::exactly).orElse(pinned);
    }
    Optional<Boolean> enabled = at.truth("enabled");
    Optional<Boolean> deleted = at.truth("deleted");
    Optional<Long> generation = at.whole("generation", 0, Integer.MAX_VALUE);
    Optional<Long> revision = at.whole("revision", 1, Long.MAX_VALUE);
    Optional<String> codeHash = at.text("codeHash", LONGEST_HASH);
    Optional<String> appliedHash =
        at.has("appliedHash") ? at.text("appliedHash", LONGEST_HASH) : Optional.empty();
    Optional<Instant> updated = at.moment("updated");
    Optional<String> by = at.text("by", 100);
    List<Release> releases = releases(name);
    if (!at.faults().isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new BackupEntry(
            new AgentSpec(
                name.get(),
                manifest.orElseThrow(),
                enabled.orElseThrow(),
                pinned,
                generation.orElseThrow().intValue(),
                revision.orElseThrow(),
                codeHash.orElseThrow(),
                appliedHash,
                deleted.orElseThrow(),
                updated.orElseThrow(),
                by.orElseThrow()),
            releases));
  }

  private static OptionalInt exactly(long number) {
    return OptionalInt.of((int) number);
  }

  private Optional<AgentName> name() {
    String expected = "a letter followed by up to 39 letters, digits or inner hyphens";
    if (!(at.json().getValue("name") instanceof String text) || !AgentName.isValid(text)) {
      return at.refused("name", expected);
    }
    AgentName name = new AgentName(text);
    sameName(at, "manifest", "name", name);
    return Optional.of(name);
  }

  /** Else the faults of the manifest say what is wrong with it. */
  private static void sameName(Members at, String object, String key, AgentName name) {
    Object named =
        at.json().getValue(object) instanceof JsonObject inner ? inner.getValue(key) : null;
    if (named instanceof String text
        && AgentName.isValid(text)
        && !new AgentName(text).equals(name)) {
      at.fault(at.at(object) + "/" + key, "is '" + text + "', expected '" + name + "'");
    }
  }

  private List<Release> releases(Optional<AgentName> name) {
    JsonArray list = at.list("releases").orElse(new JsonArray());
    List<Release> releases = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String pointer = at.at("releases") + "/" + i;
      if (list.getValue(i) instanceof JsonObject json) {
        release(new Members(json, at.agent(), pointer, at.faults()), name).ifPresent(releases::add);
      } else {
        at.fault(pointer, "is " + Members.shown(list.getValue(i)) + ", expected a release");
      }
    }
    return releases;
  }

  private static Optional<Release> release(Members release, Optional<AgentName> name) {
    int before = release.faults().size();
    release.onlyThese(RELEASE_KEYS);
    if (name.isPresent()
        && !(release.json().getValue("agent") instanceof String text
            && AgentName.isValid(text)
            && new AgentName(text).equals(name.get()))) {
      release.refused("agent", "'" + name.get() + "'");
    }
    Optional<String> id = release.text("id", LONGEST_HASH);
    Optional<String> version = release.text("version", 40);
    Optional<String> codeHash = release.text("codeHash", LONGEST_HASH);
    Optional<Long> generation = release.whole("generation", 0, Integer.MAX_VALUE);
    Optional<Long> weight = release.whole("weight", 0, 100);
    Optional<Instant> created = release.moment("created");
    List<ToolInfo> tools = tools(release);
    Optional<Manifest> manifest = release.manifest("manifest");
    if (release.faults().size() > before || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Release(
            name.get(),
            id.orElseThrow(),
            version.orElseThrow(),
            manifest.orElseThrow(),
            codeHash.orElseThrow(),
            generation.orElseThrow().intValue(),
            weight.orElseThrow().intValue(),
            tools,
            created.orElseThrow()));
  }

  private static List<ToolInfo> tools(Members release) {
    JsonArray list = release.list("tools").orElse(new JsonArray());
    List<ToolInfo> tools = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String pointer = release.at("tools") + "/" + i;
      if (list.getValue(i) instanceof JsonObject json) {
        tool(new Members(json, release.agent(), pointer, release.faults())).ifPresent(tools::add);
      } else {
        release.fault(pointer, "is " + Members.shown(list.getValue(i)) + ", expected a tool");
      }
    }
    return tools;
  }

  private static Optional<ToolInfo> tool(Members tool) {
    int before = tool.faults().size();
    tool.onlyThese(TOOL_KEYS);
    Optional<String> name = tool.text("name", LONGEST_TEXT);
    Optional<String> description = tool.text("description", LONGEST_TEXT);
    Optional<String> inputSchema = tool.text("inputSchema", LONGEST_TEXT);
    Optional<String> outputSchema = tool.text("outputSchema", LONGEST_TEXT);
    Optional<Boolean> readOnly = tool.truth("readOnly");
    Optional<Boolean> idempotent = tool.truth("idempotent");
    Optional<Boolean> destructive = tool.truth("destructive");
    return tool.faults().size() > before
        ? Optional.empty()
        : Optional.of(
            new ToolInfo(
                name.orElseThrow(),
                description.orElseThrow(),
                inputSchema.orElseThrow(),
                outputSchema.orElseThrow(),
                readOnly.orElseThrow(),
                idempotent.orElseThrow(),
                destructive.orElseThrow()));
  }
}
