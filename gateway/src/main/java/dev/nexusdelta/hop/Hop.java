package dev.nexusdelta.hop;

/**
 * A call, or an operator's question, that another gateway has passed on.
 *
 * @param from name of that gateway
 * @param replica id of the replica that it is for, and no other; {@link #ALL} in questions
 * @param own whether the manifest set its deadline: then a replica that passes it is to blame
 */
public record Hop(String from, String replica, boolean own) {
  /** Marks a call that is passed on, and how its answer came about. */
  public static final String HEADER = "X-Nexus-Hop";

  /** Proves it. */
  public static final String PROOF = "X-Nexus-Hop-Proof";

  /** A call is passed on at most once. */
  public static final String ONCE = "1";

  /** For no one replica: a question about all that the gateway owns. */
  public static final String ALL = "*";

  /** What a gateway says with the header {@link #HEADER} of an answer to who has proved itself. */
  public static final String ANSWERED = "answer";
}
