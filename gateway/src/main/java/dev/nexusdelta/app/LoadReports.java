package dev.nexusdelta.app;

import dev.nexusdelta.autoscaler.LoadReporter;
import org.jspecify.annotations.Nullable;

/** The reporter of this process's load, from when there is one on. Thread-safe. */
final class LoadReports implements AutoCloseable {
  private volatile @Nullable LoadReporter reporter;

  void by(LoadReporter begun) {
    reporter = begun;
  }

  /**
   * See {@link LoadReporter#hurry}; before there is a reporter no call has come that could wait.
   */
  void hurry() {
    LoadReporter present = reporter;
    if (present != null) {
      present.hurry();
    }
  }

  @Override
  public void close() {
    LoadReporter present = reporter;
    if (present != null) {
      present.close();
    }
  }
}
