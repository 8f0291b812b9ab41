package dev.nexusdelta.hop;

/**
 * A call that another gateway has passed on.
 *
 * @param from name of that gateway
 * @param replica id of the replica that it is for, and no other
 * @param own whether the manifest set its deadline: then a replica that passes it is to blame
 */
public record Hop(String from, String replica, boolean own) {
  /** Marks a call that is passed on, and how its answer came about. */
  public static final String HEADER = "X-Nexus-Hop";

  /** Proves it. */
  public static final String PROOF = "X-Nexus-Hop-Proof";

  /** A call is passed on at most once. */
  public static final String ONCE = "1";
}
