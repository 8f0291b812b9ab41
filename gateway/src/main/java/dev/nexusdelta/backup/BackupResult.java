package dev.nexusdelta.backup;

import java.util.List;
import java.util.function.Function;

/** What reading a backup gave: all of it, or everything that is wrong with it. */
public sealed interface BackupResult {

  /** The value for this outcome. */
  <T> T fold(Function<Backup, T> ok, Function<List<BackupFault>, T> invalid);

  /** A backup, checked. */
  record Ok(Backup backup) implements BackupResult {
    @Override
    public <T> T fold(Function<Backup, T> ok, Function<List<BackupFault>, T> invalid) {
      return ok.apply(backup);
    }
  }

  /**
   * None, or one that must not be used.
   *
   * @param faults at least one
   */
  record Invalid(List<BackupFault> faults) implements BackupResult {
    /** Copies the list. */
    public Invalid {
      faults = List.copyOf(faults);
    }

    @Override
    public <T> T fold(Function<Backup, T> ok, Function<List<BackupFault>, T> invalid) {
      return invalid.apply(faults);
    }
  }
}
