package dev.nexusdelta.consensus;

import java.util.List;
import java.util.Optional;

/**
 * How a gateway's ledger stands.
 *
 * @param member this one's id
 * @param leads it leads now: its first entry is committed and a majority follows
 * @param leader the one that leads as far as is known here, by id
 * @param members of the cluster, and those in sight that do not belong yet
 * @param committed the committed position as known here
 * @param trouble why nothing can be written, or what somebody should see to, with what to try
 */
public record LedgerState(
    String member,
    boolean leads,
    Optional<String> leader,
    List<Seen> members,
    Position committed,
    Optional<String> trouble) {
  /** Copies the list. */
  public LedgerState {
    members = List.copyOf(members);
  }

  /**
   * One member.
   *
   * @param belongs it counts for majorities
   * @param present it is in sight now
   * @param position what it has on disk; known of oneself and by the leader only
   */
  public record Seen(String id, boolean belongs, boolean present, Optional<Position> position) {}
}
