package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Specs for tests. */
final class Specs {
  private Specs() {}

  /** Patient probes: a busy machine must not make replicas suspect. */
  static Manifest manifest(String name, Run run, Duration start) {
    return manifest(name, run, start, Duration.ofSeconds(10));
  }

  static Manifest manifest(String name, Run run, Duration start, Duration timeout) {
    return manifest(name, run, start, timeout, Duration.ofMillis(100));
  }

  static Manifest manifest(
      String name, Run run, Duration start, Duration timeout, Duration interval) {
    return new Manifest(
        new AgentName(name),
        "1.0.0",
        "",
        "utility",
        "",
        List.of(),
        run,
        OptionalInt.empty(),
        Map.of(),
        List.of(),
        new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty()),
        new Manifest.Health("/health", interval, timeout, start),
        new Manifest.Limits(Duration.ofSeconds(20), Duration.ofSeconds(20), 64, 128, 1024),
        Manifest.Balance.ROUND_ROBIN,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  /** The manifest, declaring that the tool may be called twice. */
  static Manifest readOnly(Manifest manifest, String tool) {
    return with(
        manifest,
        manifest.port(),
        List.of(
            new Manifest.ToolDeclaration(
                tool,
                "",
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                false,
                Optional.empty(),
                OptionalInt.empty())));
  }

  /** The manifest with another wish for a port, which is no other release. */
  static Manifest port(Manifest manifest, int port) {
    return with(manifest, OptionalInt.of(port), manifest.tools());
  }

  /** The manifest with bounds for its replicas. */
  static Manifest scaled(Manifest manifest, int min, int max) {
    Manifest.Scale scale =
        new Manifest.Scale(
            min, max, OptionalDouble.of(10), OptionalDouble.empty(), Duration.ofSeconds(60));
    return with(manifest, manifest.port(), manifest.tools(), Optional.of(scale));
  }

  private static Manifest with(
      Manifest manifest, OptionalInt port, List<Manifest.ToolDeclaration> tools) {
    return with(manifest, port, tools, manifest.scale());
  }

  private static Manifest with(
      Manifest manifest,
      OptionalInt port,
      List<Manifest.ToolDeclaration> tools,
      Optional<Manifest.Scale> scale) {
    return new Manifest(
        manifest.name(),
        manifest.version(),
        manifest.description(),
        manifest.category(),
        manifest.model(),
        manifest.capabilities(),
        manifest.run(),
        port,
        manifest.env(),
        manifest.secrets(),
        manifest.resources(),
        manifest.health(),
        manifest.limits(),
        manifest.balance(),
        scale,
        tools,
        manifest.expose(),
        manifest.allowedLiterals());
  }

  static AgentSpec spec(Manifest manifest) {
    return new AgentSpec(
        manifest.name(),
        manifest,
        true,
        OptionalInt.empty(),
        0,
        1,
        "c0",
        Optional.empty(),
        false,
        Instant.EPOCH,
        "test");
  }

  static AgentSpec with(Optional<AgentSpec> was, Manifest manifest) {
    return was.isEmpty() ? spec(manifest) : copy(was.get(), manifest, true, false);
  }

  static AgentSpec copy(AgentSpec was, Manifest manifest, boolean enabled, boolean deleted) {
    return new AgentSpec(
        was.name(),
        manifest,
        enabled,
        was.pinned(),
        was.generation(),
        was.revision(),
        was.codeHash(),
        was.appliedHash(),
        deleted,
        was.updated(),
        was.by());
  }

  static AgentSpec enabled(AgentSpec was, boolean enabled) {
    return copy(was, was.manifest(), enabled, false);
  }

  static AgentSpec deleted(AgentSpec was) {
    return copy(was, was.manifest(), false, true);
  }

  static AgentSpec unpinned(AgentSpec was) {
    return pinned(was, OptionalInt.empty());
  }

  static AgentSpec pinned(AgentSpec was, int count) {
    return pinned(was, OptionalInt.of(count));
  }

  private static AgentSpec pinned(AgentSpec was, OptionalInt count) {
    return new AgentSpec(
        was.name(),
        was.manifest(),
        was.enabled(),
        count,
        was.generation(),
        was.revision(),
        was.codeHash(),
        was.appliedHash(),
        was.deleted(),
        was.updated(),
        was.by());
  }

  static AgentSpec restarted(AgentSpec was) {
    return new AgentSpec(
        was.name(),
        was.manifest(),
        was.enabled(),
        was.pinned(),
        was.generation() + 1,
        was.revision(),
        was.codeHash(),
        was.appliedHash(),
        was.deleted(),
        was.updated(),
        was.by());
  }
}
