package dev.nexusdelta.fleet;

import java.util.List;

/** Says of one agent whether what its spec wants holds. Pure. */
final class Convergence {
  private Convergence() {}

  /**
   * What is known of an agent.
   *
   * @param revision that has been taken up
   * @param wanted replicas; 0 = stopped or deleted
   * @param ready healthy replicas of the release that is wanted
   * @param servingReady healthy replicas of any release
   * @param present all replicas, those that drain or end too
   * @param countable false where addresses say how many there are
   * @param gaveUp a replacement has failed and the old release serves on
   * @param stuck a failure that will not pass by itself soon; see {@code reason}
   * @param reason why it does not converge
   */
  record Facts(
      long revision,
      int wanted,
      int ready,
      int servingReady,
      int present,
      boolean countable,
      boolean gaveUp,
      boolean stuck,
      String reason,
      List<String> lastLines) {}

  /** How far it is. */
  record Progress(Operation.State state, String detail, List<String> lastLines) {
    private static Progress running(String detail) {
      return new Progress(Operation.State.RUNNING, detail, List.of());
    }

    private static Progress done(String detail) {
      return new Progress(Operation.State.DONE, detail, List.of());
    }
  }

  /** An agent of which nothing is left. */
  static Facts nothing(long revision) {
    return new Facts(revision, 0, 0, 0, 0, true, false, false, "", List.of());
  }

  /** Progress of an operation of this kind that made {@code revision}. */
  static Progress of(String kind, long revision, Facts facts) {
    if (facts.revision() < revision) {
      return Progress.running("revision " + revision + " is being taken up");
    }
    Progress progress = now(kind, facts);
    if (facts.revision() > revision && progress.state() != Operation.State.RUNNING) {
      String detail = "superseded by revision " + facts.revision() + "; " + progress.detail();
      return new Progress(progress.state(), detail, progress.lastLines());
    }
    return progress;
  }

  private static Progress now(String kind, Facts facts) {
    if (facts.wanted() == 0) {
      return facts.present() == 0
          ? Progress.done("no replica is left")
          : Progress.running(facts.present() + " replica(s) still end");
    }
    boolean enough = facts.countable() ? facts.ready() >= facts.wanted() : facts.ready() > 0;
    boolean exact = !facts.countable() || facts.present() == facts.wanted();
    if (enough && exact) {
      return Progress.done(facts.ready() + " replica(s) healthy");
    }
    boolean servesOn = kind.equals("scale") && facts.gaveUp();
    if (servesOn && facts.servingReady() >= facts.wanted()) {
      return Progress.done(facts.servingReady() + " replica(s) of the former release healthy");
    }
    if (facts.stuck() && !enough && !servesOn) {
      return new Progress(Operation.State.FAILED, facts.reason(), facts.lastLines());
    }
    return Progress.running(
        facts.ready()
            + " of "
            + facts.wanted()
            + " replica(s) healthy, "
            + facts.present()
            + " present"
            + (facts.reason().isEmpty() ? "" : "; " + facts.reason()));
  }
}
