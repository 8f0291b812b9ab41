package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark;
import dev.nexusdelta.discovery.AppliedMark.Origin;
import dev.nexusdelta.manifest.Manifest;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What operators and files do to a spec. Pure; revision, time and author are the registry's to set.
 */
final class SpecEdits {
  private SpecEdits() {}

  /** A new agent, enabled; takes the place of its tombstone if there is one. */
  static AgentSpec created(
      Optional<AgentSpec> tombstone,
      Manifest manifest,
      String codeHash,
      Optional<String> appliedHash) {
    return new AgentSpec(
        manifest.name(),
        manifest,
        true,
        OptionalInt.empty(),
        // Goes on counting: replicas of the deleted one are never taken for those of the new one.
        tombstone.map(old -> old.generation() + 1).orElse(0),
        tombstone.map(AgentSpec::revision).orElse(0L),
        codeHash,
        appliedHash.or(() -> tombstone.flatMap(old -> old.applied().fileHash())),
        false,
        tombstone.map(AgentSpec::updated).orElse(Instant.EPOCH),
        tombstone.map(AgentSpec::by).orElse(""));
  }

  /** Another manifest by an operator, whose word the address is if it is another one. */
  static AgentSpec withManifest(AgentSpec spec, Manifest manifest, String codeHash) {
    Copy copy = new Copy(spec).manifest(manifest).codeHash(codeHash);
    return spec.manifest().run().equals(manifest.run())
        ? copy.build()
        : copy.appliedHash(spec.applied().by(Origin.OPERATOR).text()).build();
  }

  /** What a card makes of an agent; a new one, or one that came by card, runs where that says. */
  static AgentSpec withCard(Optional<AgentSpec> stored, Manifest manifest) {
    AgentSpec base =
        stored
            .filter(spec -> !spec.deleted())
            .orElseGet(() -> created(stored, manifest, "", Optional.empty()));
    return new Copy(base)
        .manifest(manifest)
        .appliedHash(base.applied().by(Origin.CARD).text())
        .build();
  }

  /** Other words about an agent that stays what it is. */
  static AgentSpec described(AgentSpec spec, Manifest manifest) {
    return new Copy(spec).manifest(manifest).build();
  }

  static AgentSpec withAppliedHash(AgentSpec spec, String hash) {
    return spec.appliedHash().equals(Optional.of(hash))
        ? spec
        : new Copy(spec).appliedHash(Optional.of(hash)).build();
  }

  static AgentSpec withEnabled(AgentSpec spec, boolean enabled) {
    return spec.enabled() == enabled ? spec : new Copy(spec).enabled(enabled).build();
  }

  static AgentSpec withPinned(AgentSpec spec, OptionalInt pinned) {
    return spec.pinned().equals(pinned) ? spec : new Copy(spec).pinned(pinned).build();
  }

  /** All replicas anew; a stopped agent starts. */
  static AgentSpec restarted(AgentSpec spec) {
    return new Copy(spec).enabled(true).generation(spec.generation() + 1).build();
  }

  /**
   * A tombstone.
   *
   * @param fileHash of the agent's file as it stands now: this content never re-creates the agent
   */
  static AgentSpec deleted(AgentSpec spec, Optional<String> fileHash) {
    AppliedMark mark = spec.applied();
    return new Copy(spec)
        .deleted()
        .appliedHash(new AppliedMark(mark.origin(), fileHash.or(mark::fileHash)).text())
        .build();
  }

  /**
   * Back to what an earlier revision said.
   *
   * @param present the spec or tombstone that stands in its place
   */
  static AgentSpec restored(AgentSpec earlier, Optional<AgentSpec> present) {
    if (earlier.deleted()) {
      return present.map(spec -> deleted(spec, Optional.empty())).orElse(earlier);
    }
    AgentSpec base =
        present
            .filter(spec -> !spec.deleted())
            .orElseGet(
                () ->
                    created(
                        present, earlier.manifest(), earlier.codeHash(), earlier.appliedHash()));
    return new Copy(base)
        .manifest(earlier.manifest())
        .codeHash(earlier.codeHash())
        .appliedHash(base.applied().by(earlier.applied().origin()).text())
        .enabled(earlier.enabled())
        .pinned(earlier.pinned())
        .build();
  }

  /** Whether the change makes another release, so that replicas are replaced. */
  static boolean replacesReplicas(AgentSpec before, AgentSpec after) {
    Manifest a = before.manifest();
    Manifest b = after.manifest();
    return !(a.run().equals(b.run())
        && a.env().equals(b.env())
        && a.secrets().equals(b.secrets())
        && a.resources().equals(b.resources())
        && a.version().equals(b.version())
        && before.codeHash().equals(after.codeHash())
        && before.generation() == after.generation());
  }

  /** Whether a host has to start or stop something for it; all else only the registry knows. */
  static boolean movesReplicas(Optional<AgentSpec> before, AgentSpec after) {
    boolean ran = before.filter(SpecEdits::runs).isPresent();
    if (!ran || !runs(after)) {
      return ran || runs(after);
    }
    AgentSpec was = before.orElseThrow();
    return replacesReplicas(was, after)
        || !was.pinned().equals(after.pinned())
        || !was.manifest().scale().equals(after.manifest().scale());
  }

  private static boolean runs(AgentSpec spec) {
    return spec.enabled() && !spec.deleted();
  }

  /** A spec with some parts replaced. */
  private static final class Copy {
    private final AgentSpec from;
    private Manifest manifest;
    private boolean enabled;
    private OptionalInt pinned;
    private int generation;
    private String codeHash;
    private Optional<String> appliedHash;
    private boolean deleted;

    Copy(AgentSpec from) {
      this.from = from;
      manifest = from.manifest();
      enabled = from.enabled();
      pinned = from.pinned();
      generation = from.generation();
      codeHash = from.codeHash();
      appliedHash = from.appliedHash();
      deleted = from.deleted();
    }

    Copy manifest(Manifest value) {
      manifest = value;
      return this;
    }

    Copy enabled(boolean value) {
      enabled = value;
      return this;
    }

    Copy pinned(OptionalInt value) {
      pinned = value;
      return this;
    }

    Copy generation(int value) {
      generation = value;
      return this;
    }

    Copy codeHash(String value) {
      codeHash = value;
      return this;
    }

    Copy appliedHash(Optional<String> value) {
      appliedHash = value;
      return this;
    }

    Copy deleted() {
      deleted = true;
      return this;
    }

    AgentSpec build() {
      return new AgentSpec(
          manifest.name(),
          manifest,
          enabled,
          pinned,
          generation,
          from.revision(),
          codeHash,
          appliedHash,
          deleted,
          from.updated(),
          from.by());
    }
  }
}
