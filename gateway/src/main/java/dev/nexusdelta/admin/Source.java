package dev.nexusdelta.admin;

import java.util.List;
import java.util.Optional;

/**
 * How an agent's file stands to the registry.
 *
 * @param file path of the file; empty = there is none
 * @param applied whether the file's present content is the one applied last, by whichever gateway,
 *     and its code the one that runs
 * @param drift where the file wants something else than the registry holds
 * @param faults why the file cannot be read, {@code file:line:column: …}
 */
public record Source(
    Optional<String> file, boolean applied, List<Drift> drift, List<String> faults) {
  /** No file. */
  public static final Source NONE = new Source(Optional.empty(), false, List.of(), List.of());

  /** Copies the lists. */
  public Source {
    drift = List.copyOf(drift);
    faults = List.copyOf(faults);
  }

  /**
   * One key that differs.
   *
   * @param key with dots, {@code scale.max}
   * @param file value as in the manifest; empty = absent
   * @param registry likewise
   */
  public record Drift(String key, Optional<Object> file, Optional<Object> registry) {}
}
