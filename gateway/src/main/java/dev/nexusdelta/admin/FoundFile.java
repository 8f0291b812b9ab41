package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.folders.FolderReading.AgentFolder;
import dev.nexusdelta.manifest.Run;
import java.util.Optional;

/**
 * A good file of an agent, and what it does to the registry: new content counts, content that was
 * applied before does not, and the code is always the one on disk. Pure.
 *
 * @param codeOfStored hash of the code that the registry's own manifest runs, where that is on disk
 *     and not the same as the file's
 * @param known has been given to the registry by this gateway as it is: where another one has given
 *     something else since, it is no news
 */
record FoundFile(AgentFolder folder, Optional<StoredCode> codeOfStored, boolean known) {

  /** The hash of the code of a {@code run}. */
  record StoredCode(Run run, String hash) {
    AgentSpec onto(AgentSpec stored) {
      return stored.manifest().run().equals(run)
          ? SpecEdits.withManifest(stored, stored.manifest(), hash)
          : stored;
    }
  }

  /**
   * What the registry should hold; empty if the agent is deleted and this must not bring it back.
   */
  Optional<AgentSpec> onto(Optional<AgentSpec> stored) {
    return onto(stored, false);
  }

  /**
   * The same.
   *
   * @param create an operator wants it to be there: a deleted agent is made anew from the same
   *     content too, and one that is there is left alone by a file that is no news
   */
  Optional<AgentSpec> onto(Optional<AgentSpec> stored, boolean create) {
    Optional<String> hash = Optional.of(folder.fileHash());
    if (stored.isEmpty()) {
      return Optional.of(created(stored));
    }
    AgentSpec spec = stored.get();
    boolean isNew = !spec.applied().fileHash().equals(hash);
    if (spec.deleted()) {
      return isNew || create ? Optional.of(created(stored)) : Optional.empty();
    }
    if (create && known) {
      return stored;
    }
    if (isNew) {
      AgentSpec changed = SpecEdits.withManifest(spec, folder.manifest(), folder.codeHash());
      return Optional.of(SpecEdits.withAppliedHash(changed, folder.fileHash()));
    }
    return Optional.of(codeOfStored.map(code -> code.onto(spec)).orElse(spec));
  }

  private AgentSpec created(Optional<AgentSpec> tombstone) {
    return SpecEdits.created(
        tombstone, folder.manifest(), folder.codeHash(), Optional.of(folder.fileHash()));
  }
}
