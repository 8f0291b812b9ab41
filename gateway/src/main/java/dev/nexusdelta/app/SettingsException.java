package dev.nexusdelta.app;

import java.util.List;

/** The configuration cannot be used; nothing was started. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> faults;

  /** All faults at once, each naming key, value, source and what was expected. */
  public SettingsException(List<String> faults) {
    super(String.join("\n", faults), null, false, false);
    this.faults = List.copyOf(faults);
  }

  /** One line per fault. */
  public List<String> faults() {
    return faults;
  }
}
