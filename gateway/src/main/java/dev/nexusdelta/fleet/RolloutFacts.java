package dev.nexusdelta.fleet;

import dev.nexusdelta.health.Phase;
import java.time.Instant;
import java.util.List;

/**
 * What {@link Rollout} needs to know of one agent.
 *
 * @param wanted replicas; for uncountable hosts 1 or more = on
 * @param countable false where addresses say how many there are
 * @param target id of the release that the spec wants; among {@code releases}
 * @param gaveUp the target has failed finally while an older release serves
 * @param releases those that have or had replicas, the serving one first, and the target
 * @param replicas those that their hosts have not been told to end
 */
record RolloutFacts(
    int wanted,
    boolean countable,
    String target,
    boolean gaveUp,
    List<Release> releases,
    List<Copy> replicas) {

  /** Whether a release can be started. */
  enum Build {
    NONE,
    RUNNING,
    READY,
    FAILED
  }

  /**
   * One release.
   *
   * @param applied replicas that the host was last told to run, or those that it had adopted
   * @param told the host knows; false for adopted ones and after a failure
   * @param served it has been ready once
   * @param blocked wait before the host is told again
   */
  record Release(
      String id, Build build, int applied, boolean told, boolean served, boolean blocked) {}

  /**
   * One replica.
   *
   * @param drained it drains and nothing keeps it any more
   */
  record Copy(
      String id,
      String release,
      int ordinal,
      Phase phase,
      boolean drained,
      Instant since,
      int inFlight) {
    boolean isDrainedBy(RolloutAction action) {
      return action instanceof RolloutAction.Drain drain && drain.replica().equals(id);
    }
  }

  RolloutFacts {
    releases = List.copyOf(releases);
    replicas = List.copyOf(replicas);
  }

  Release release(String id) {
    return releases.stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
  }

  Copy copy(String id) {
    return replicas.stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
  }

  List<Release> olds() {
    return releases.stream().filter(r -> !r.id().equals(target)).toList();
  }

  boolean targetStartable() {
    return release(target).build() == Build.READY;
  }

  List<Copy> active(String release) {
    return replicas.stream()
        .filter(r -> r.release().equals(release) && r.phase() != Phase.DRAINING)
        .toList();
  }

  int draining(Release release) {
    return (int)
        replicas.stream()
            .filter(r -> r.release().equals(release.id()) && r.phase() == Phase.DRAINING)
            .count();
  }

  List<String> drained(String release) {
    return replicas.stream()
        .filter(r -> r.release().equals(release) && r.drained())
        .map(Copy::id)
        .toList();
  }

  /** Replicas that the host keeps up, present or not, without those that drain. */
  int slots(Release release) {
    return release.applied() - draining(release);
  }

  int ready(String release) {
    return (int)
        replicas.stream()
            .filter(r -> r.release().equals(release) && r.phase() == Phase.HEALTHY)
            .count();
  }
}
