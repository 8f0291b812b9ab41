package dev.nexusdelta.host;

/**
 * Ports for the first replicas of tests. Tests run in several processes at once, and a port that
 * one has found free is another's a moment later: so each process has ranges of its own.
 */
public final class ForkPorts {
  private static final int APART = 1_000;

  private ForkPorts() {}

  /** {@code port} in the range of this process. */
  public static int from(int port) {
    return port + APART * (Integer.getInteger("nexus.test.fork", 1) - 1);
  }
}
