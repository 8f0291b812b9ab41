package dev.nexusdelta.host.supervision;

/** Replicas without a supervisor, for tests of what a runner does with them. */
public final class SupervisedReplicas {
  private SupervisedReplicas() {}

  /** One that runs. */
  public static <H> Supervised<H> running(Supervised.Identity identity, Running<H> running) {
    return Supervised.adopted(identity, running, identity.since(), 0);
  }

  /** Told to end. */
  public static void stopping(Supervised<?> replica) {
    replica.phase = Supervised.Phase.STOPPING;
  }

  /** Its end was noticed. */
  public static void ended(Supervised<?> replica) {
    replica.phase = Supervised.Phase.ENDED;
  }
}
