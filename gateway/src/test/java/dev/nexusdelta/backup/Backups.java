package dev.nexusdelta.backup;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Specs, releases and backups of the tests' making. */
public final class Backups {
  static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

  private Backups() {}

  static Manifest manifest(String name, String more) {
    return ManifestReader.read("name: " + name + "\nrun: {java: A.java}\n" + more)
        .fold(
            manifest -> manifest,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  /** At revision 1, enabled, applied from the file {@code hash-then}. */
  static AgentSpec spec(String name, String more) {
    return new AgentSpec(
        new AgentName(name),
        manifest(name, more),
        true,
        OptionalInt.empty(),
        2,
        1,
        "code",
        Optional.of("hash-then"),
        false,
        THEN,
        "test");
  }

  static AgentSpec with(
      AgentSpec spec, long revision, boolean enabled, OptionalInt pinned, boolean deleted) {
    return new AgentSpec(
        spec.name(),
        spec.manifest(),
        enabled,
        pinned,
        spec.generation(),
        revision,
        spec.codeHash(),
        spec.appliedHash(),
        deleted,
        spec.updated(),
        spec.by());
  }

  static AgentSpec deleted(AgentSpec spec) {
    return with(spec, spec.revision() + 1, spec.enabled(), spec.pinned(), true);
  }

  static Release release(String agent, String id) {
    return new Release(
        new AgentName(agent),
        id,
        "1.0.0",
        manifest(agent, ""),
        "code",
        2,
        100,
        List.of(new ToolInfo("add", "adds", "{\"type\":\"object\"}", "", true, true, false)),
        THEN);
  }

  static Backup of(AgentSpec... specs) {
    return new Backup(
        THEN,
        "gw-test",
        List.of(specs).stream().map(spec -> new BackupEntry(spec, List.of())).toList());
  }

  static BackupResult read(String text) {
    return BackupReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  static Backup good(String text) {
    return read(text)
        .fold(
            backup -> backup,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  static List<BackupFault> faults(String text) {
    return read(text).fold(backup -> List.of(), faults -> faults);
  }

  /** The text of a small one, for tests of other packages. */
  public static String text() {
    return of(spec("Echo", "scale: {max: 3}"), deleted(spec("Gone", ""))).text();
  }
}
