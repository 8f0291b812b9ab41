package dev.nexusdelta.app;

import java.util.List;

/** The configuration cannot be used; nothing was started. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> faults;
  private final boolean onlyFlags;

  /** All faults at once, each naming key, value, source and what was expected. */
  public SettingsException(List<String> faults) {
    this(faults, false);
  }

  /**
   * The same.
   *
   * @param onlyFlags whether all are of flags, so that nothing that is kept has to be corrected
   */
  public SettingsException(List<String> faults, boolean onlyFlags) {
    super(String.join("\n", faults), null, false, false);
    this.faults = List.copyOf(faults);
    this.onlyFlags = onlyFlags;
  }

  /** Whether flags alone are at fault. */
  public boolean onlyFlags() {
    return onlyFlags;
  }

  /** One line per fault. */
  public List<String> faults() {
    return faults;
  }
}
