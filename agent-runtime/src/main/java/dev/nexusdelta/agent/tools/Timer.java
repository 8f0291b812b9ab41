package dev.nexusdelta.agent.tools;

import java.time.Duration;

/** Does something later. */
@FunctionalInterface
public interface Timer {
  /**
   * Runs the task after that time; it must be short.
   *
   * @return forgets the task
   */
  Runnable after(Duration delay, Runnable task);
}
