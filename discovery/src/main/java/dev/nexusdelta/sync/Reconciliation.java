package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one agent's two sides mean for each other. A side has changed when it differs from
 * the mark; where both have, the outside one wins and the local one is kept in an event. Pure: no
 * clock is compared, only revisions and update times for equality.
 */
public final class Reconciliation {
  private static final String AUTHOR = "firestore";

  private final Trust trust;
  private final Function<Run.Url, Optional<String>> refusal;

  /**
   * Over one configuration.
   *
   * @param refusal why an address from outside may not be called; empty = it may
   */
  public Reconciliation(Trust trust, Function<Run.Url, Optional<String>> refusal) {
    this.trust = trust;
    this.refusal = refusal;
  }

  /** Whether an agent whose document is gone goes too; otherwise the document is written again. */
  boolean deletes() {
    return trust == Trust.FULL;
  }

  /**
   * The step for one agent.
   *
   * @param local the spec or its tombstone, if there ever was one
   * @param mark how they were alike last
   * @param remote the document, if there is one
   */
  Step decide(
      AgentName agent, Optional<AgentSpec> local, SyncMark mark, Optional<RemoteDocument> remote) {
    String now = remote.map(RemoteDocument::updateTime).orElse("");
    long revision = local.map(AgentSpec::revision).orElse(0L);
    boolean localChanged = revision != mark.revision();
    if (now.equals(mark.updateTime())) {
      return localChanged && local.isPresent() ? pushed(local.get(), mark) : new Step.Alike();
    }
    if (remote.isEmpty()) {
      return vanished(agent, local, localChanged);
    }
    AgentDocument document;
    try {
      document = AgentDocument.read(remote.get(), local);
    } catch (IllegalArgumentException e) {
      // An edit made here since heals it.
      return localChanged && mark.revision() > 0 && local.isPresent()
          ? new Step.Push(local.get(), now)
          : new Step.Refuse("its document is invalid: " + e.getMessage());
    }
    Optional<SyncMark.Attempt> ours = mark.attempt(document.digest());
    return ours.isPresent()
        ? new Step.Agree(new SyncMark(agent, ours.get().revision(), now))
        : changed(agent, local, localChanged, document, now);
  }

  /** A tombstone of an agent that nobody outside knows needs no document. */
  private static Step pushed(AgentSpec local, SyncMark mark) {
    boolean unknown = mark.updateTime().isEmpty() && mark.attempts().isEmpty();
    return local.deleted() && unknown
        ? new Step.Agree(new SyncMark(local.name(), local.revision(), ""))
        : new Step.Push(local, mark.updateTime());
  }

  private Step vanished(AgentName agent, Optional<AgentSpec> local, boolean localChanged) {
    if (local.isEmpty() || local.get().deleted()) {
      return new Step.Agree(new SyncMark(agent, local.map(AgentSpec::revision).orElse(0L), ""));
    }
    if (trust == Trust.CARD) {
      return new Step.Push(local.get(), "");
    }
    return new Step.Take(tombstone(local.get()), local.get().revision(), "", localChanged, "");
  }

  private Step changed(
      AgentName agent,
      Optional<AgentSpec> local,
      boolean localChanged,
      AgentDocument document,
      String now) {
    boolean alive = local.isPresent() && !local.get().deleted();
    if (!alive && document.deleted()) {
      return new Step.Agree(new SyncMark(agent, local.map(AgentSpec::revision).orElse(0L), now));
    }
    if (!alive && trust == Trust.CARD) {
      return local.isPresent()
          ? new Step.Push(local.get(), now)
          : new Step.Refuse(
              "its document is of an agent that is not known here; to take it over:"
                  + " registry.firestore.trust: full");
    }
    Optional<String> address = address(document, local);
    if (trust == Trust.FULL && address.isPresent()) {
      return new Step.Refuse(address.get());
    }
    AgentSpec next = alive ? taken(local.get(), document) : made(local, document);
    if (alive && AgentDocument.of(next).equals(AgentDocument.of(local.get()))) {
      String ignored = ignored(next, document);
      return localChanged && !ignored.isEmpty()
          ? new Step.Push(local.get(), now)
          : new Step.Agree(new SyncMark(agent, local.get().revision(), now));
    }
    return new Step.Take(
        next,
        local.map(AgentSpec::revision).orElse(0L),
        now,
        localChanged && local.isPresent(),
        ignored(next, document));
  }

  private Optional<String> address(AgentDocument document, Optional<AgentSpec> local) {
    Run run = document.manifest().run();
    boolean known = local.isPresent() && local.get().manifest().run().equals(run);
    return run instanceof Run.Url url && !known ? refusal.apply(url) : Optional.empty();
  }

  private AgentSpec taken(AgentSpec local, AgentDocument document) {
    if (trust == Trust.FULL) {
      return document.deleted()
          ? tombstone(local)
          : next(
              local,
              document.manifest(),
              document.enabled(),
              document.pinned(),
              word(local, document.manifest().run()));
    }
    Manifest here = local.manifest();
    Manifest there = document.manifest();
    Manifest merged =
        new Manifest(
            here.name(),
            here.version(),
            there.description(),
            there.category(),
            there.model(),
            there.capabilities(),
            here.run(),
            here.port(),
            here.env(),
            here.secrets(),
            here.resources(),
            here.health(),
            there.limits(),
            here.balance(),
            there.scale(),
            here.tools(),
            here.expose(),
            here.allowedLiterals());
    return next(local, merged, document.enabled(), local.pinned(), local.appliedHash());
  }

  /** Whose word it is where it runs: the document's, if that names another address. */
  private static Optional<String> word(AgentSpec local, Run run) {
    if (local.manifest().run().equals(run)) {
      return local.appliedHash();
    }
    AppliedMark.Origin origin =
        run instanceof Run.Url ? AppliedMark.Origin.DOCUMENT : AppliedMark.Origin.OPERATOR;
    return local.applied().by(origin).text();
  }

  private static AgentSpec next(
      AgentSpec local,
      Manifest manifest,
      boolean enabled,
      OptionalInt pinned,
      Optional<String> appliedHash) {
    return new AgentSpec(
        local.name(),
        manifest,
        enabled,
        pinned,
        local.generation(),
        local.revision(),
        local.codeHash(),
        appliedHash,
        false,
        local.updated(),
        AUTHOR);
  }

  private static AgentSpec tombstone(AgentSpec local) {
    return new AgentSpec(
        local.name(),
        local.manifest(),
        false,
        OptionalInt.empty(),
        local.generation(),
        local.revision(),
        local.codeHash(),
        local.appliedHash(),
        true,
        local.updated(),
        AUTHOR);
  }

  private static AgentSpec made(Optional<AgentSpec> tombstone, AgentDocument document) {
    return new AgentSpec(
        document.manifest().name(),
        document.manifest(),
        document.enabled(),
        document.pinned(),
        tombstone.map(AgentSpec::generation).orElse(1),
        0,
        "",
        mark(tombstone, document),
        false,
        Instant.EPOCH,
        AUTHOR);
  }

  /** An address that comes from outside is checked before each use. */
  private static Optional<String> mark(Optional<AgentSpec> tombstone, AgentDocument document) {
    return document.manifest().run() instanceof Run.Url
        ? new AppliedMark(
                AppliedMark.Origin.DOCUMENT, tombstone.flatMap(old -> old.applied().fileHash()))
            .text()
        : Optional.empty();
  }

  /** Names of what the document says otherwise than what is taken from it. */
  private static String ignored(AgentSpec next, AgentDocument document) {
    JsonObject taken = ManifestWriter.write(next.manifest());
    JsonObject said = ManifestWriter.write(document.manifest());
    TreeSet<String> names = new TreeSet<>(taken.fieldNames());
    names.addAll(said.fieldNames());
    names.removeIf(name -> equal(taken.getValue(name), said.getValue(name)));
    if (!next.pinned().equals(document.pinned())) {
      names.add("pinned");
    }
    if (next.deleted() != document.deleted()) {
      names.add("deleted");
    }
    return String.join(", ", names);
  }

  private static boolean equal(@Nullable Object one, @Nullable Object other) {
    return one == null ? other == null : one.equals(other);
  }
}
