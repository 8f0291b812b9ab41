package dev.nexusdelta.manifest;

import java.util.List;
import java.util.function.Function;

/** What reading a manifest gave: the manifest, or everything that is wrong with the text. */
public sealed interface ManifestResult {

  /** The value for this outcome. */
  <T> T fold(Function<Manifest, T> ok, Function<List<ManifestFault>, T> invalid);

  /** The text is a manifest. */
  record Ok(Manifest manifest) implements ManifestResult {
    @Override
    public <T> T fold(Function<Manifest, T> ok, Function<List<ManifestFault>, T> invalid) {
      return ok.apply(manifest);
    }
  }

  /**
   * The text is refused.
   *
   * @param faults at least one, in the order of the text
   */
  record Invalid(List<ManifestFault> faults) implements ManifestResult {
    /** Copies the list. */
    public Invalid {
      faults = List.copyOf(faults);
    }

    @Override
    public <T> T fold(Function<Manifest, T> ok, Function<List<ManifestFault>, T> invalid) {
      return invalid.apply(faults);
    }
  }
}
