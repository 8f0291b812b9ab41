package dev.nexusdelta.placement;

/**
 * One agent on one host.
 *
 * @param revision of the spec that these figures belong to
 * @param code content hash of its code in the host's folder; empty text = none is there
 * @param present replicas, those that drain or end too
 * @param staying replicas that were not told to end
 * @param ready replicas that take calls, of whatever release
 * @param target replicas that take calls, of the release that is wanted
 * @param starting replicas that are not ready yet
 * @param gaveUp the wanted release has failed here and an older one serves on
 * @param stuck what is wanted will not come up here by itself soon; see {@code failure}
 * @param failure why replicas do not come up, one line; empty text = they do
 * @param asked replicas that somebody asked for at this gateway, while the leader wants none; 0 =
 *     nobody
 * @param travels whether its code there can be sent to other hosts
 */
public record HostedAgent(
    long revision,
    String code,
    int present,
    int staying,
    int ready,
    int target,
    int starting,
    boolean gaveUp,
    boolean stuck,
    String failure,
    int asked,
    boolean travels) {
  /** One whose code stays where it is. */
  public HostedAgent(
      long revision,
      String code,
      int present,
      int staying,
      int ready,
      int target,
      int starting,
      boolean gaveUp,
      boolean stuck,
      String failure,
      int asked) {
    this(
        revision, code, present, staying, ready, target, starting, gaveUp, stuck, failure, asked,
        false);
  }

  /** Nothing runs, and nothing is known of its code. */
  public static final HostedAgent NONE = new HostedAgent(0, "", 0, 0, 0, 0, 0, false, false, "", 0);

  /**
   * The same, with what else there is to say of it.
   *
   * @param known revision up to which all of this holds
   * @param hash of its code
   * @param sends whether that can be sent to other hosts
   */
  public HostedAgent with(long known, String hash, boolean sends, int askedFor) {
    return new HostedAgent(
        known, hash, present, staying, ready, target, starting, gaveUp, stuck, failure, askedFor,
        sends);
  }

  /** Whether the host has tried this revision or a newer one, and cannot bring it up. */
  boolean fails(long wanted) {
    return revision >= wanted && stuck && !failure.isEmpty();
  }
}
