package dev.nexusdelta.backup;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.Registry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that a registry knows of its agents: specs, releases, and tombstones, so that what was
 * deleted stays so. No secrets, no code, nothing live.
 *
 * @param taken to the second
 * @param gateway name of the one that wrote it; {@value #AT_REST} where none ran
 * @param entries by name
 */
public record Backup(Instant taken, String gateway, List<BackupEntry> entries) {
  /** What stands in the document's {@code kind}. */
  public static final String KIND = "nexus-backup";

  /** The form that is written, and the newest that is read. */
  public static final int VERSION = 1;

  /** In place of a gateway's name. */
  public static final String AT_REST = "none";

  /** Copies and sorts. */
  public Backup {
    taken = taken.truncatedTo(ChronoUnit.SECONDS);
    entries =
        entries.stream()
            .sorted(Comparator.comparing((BackupEntry it) -> it.spec().name()))
            .toList();
  }

  /** Reads all that a registry holds; each agent as it is at one moment. */
  public static Future<Backup> take(Registry registry, String gateway, Instant now) {
    List<BackupEntry> entries = new ArrayList<>();
    Future<Void> all = Future.succeededFuture();
    for (AgentSpec spec : registry.specs()) {
      all =
          all.compose(before -> registry.releases(spec.name()))
              .map(
                  releases -> {
                    entries.add(new BackupEntry(spec, releases));
                    return null;
                  });
    }
    return all.map(done -> new Backup(now, gateway, entries));
  }

  /** Agents that exist. */
  public int agents() {
    return entries.size() - tombstones();
  }

  /** Agents that were deleted. */
  public int tombstones() {
    return (int) entries.stream().filter(entry -> entry.spec().deleted()).count();
  }

  /** The document: JSON with one agent a line, so that two of them can be compared. */
  public String text() {
    JsonObject head =
        new JsonObject()
            .put("kind", KIND)
            .put("version", VERSION)
            .put("taken", taken.toString())
            .put("gateway", gateway);
    String open = head.encode();
    StringBuilder text = new StringBuilder(open.substring(0, open.length() - 1));
    text.append(",\"agents\":[");
    String before = "\n";
    for (BackupEntry entry : entries) {
      text.append(before).append(document(entry).encode());
      before = ",\n";
    }
    return text.append("\n]}\n").toString();
  }

  private static JsonObject document(BackupEntry entry) {
    JsonArray releases = new JsonArray();
    entry.releases().forEach(release -> releases.add(Documents.of(release)));
    return Documents.of(entry.spec()).put("releases", releases);
  }
}
