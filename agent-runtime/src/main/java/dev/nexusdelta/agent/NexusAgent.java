package dev.nexusdelta.agent;

/** Starts an agent from a {@code main} method. */
public final class NexusAgent {
  private NexusAgent() {}

  /**
   * Serves a class with methods marked {@link Tool} until the process is told to stop. Returns once
   * it listens.
   *
   * @throws AgentStartException if it cannot start, with what to do about it
   */
  public static RunningAgent run(Class<?> type) {
    return run(Instances.create(type));
  }

  /** Likewise, for an object. */
  public static RunningAgent run(Object agent) {
    return AgentBuilder.of(agent).start();
  }
}
