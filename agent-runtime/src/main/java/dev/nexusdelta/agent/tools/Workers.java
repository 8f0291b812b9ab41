package dev.nexusdelta.agent.tools;

/** Runs tools, which may block. */
public interface Workers {
  /**
   * Runs the task on this thread or another, now or as soon as there is room.
   *
   * @return false if there is no room even for waiting: then the task is never run
   */
  boolean run(Runnable task);

  /**
   * Runs the task on another thread, now or as soon as there is room; for callers that must not
   * block.
   *
   * @return false if there is no room even for waiting: then the task is never run
   */
  boolean start(Runnable task);
}
