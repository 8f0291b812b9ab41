package dev.nexusdelta.fleet;

import java.util.Locale;

/** The state of a whole agent. */
public enum AgentState {
  /** The operator stopped it. */
  STOPPED,
  /** No replica has been healthy yet. */
  STARTING,
  /** All wanted replicas are healthy. */
  HEALTHY,
  /** Some wanted replicas are healthy. */
  DEGRADED,
  /** None is healthy, though some were. */
  UNHEALTHY,
  /** Its replicas end again and again, or its code does not build. */
  FAILED,
  /** Scaled to none; the next call starts one. */
  IDLE;

  /** As the API shows it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
