package dev.nexusdelta.host.supervision;

/**
 * Decides when a replica that is wanted may be started, so that not all begin at once. For the
 * supervisor's context only.
 */
public interface StartGate {
  /** Runs the start when its turn comes, perhaps at once. */
  void enter(String replica, Runnable start);

  /** The replica was started and will listen there. */
  void started(String replica, String address, int port);

  /** The replica has ended, was never started, or its start has failed. */
  void leave(String replica);
}
