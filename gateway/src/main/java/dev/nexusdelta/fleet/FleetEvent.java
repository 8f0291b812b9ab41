package dev.nexusdelta.fleet;

import java.time.Instant;
import java.util.Optional;

/**
 * One change, as {@code GET /api/v1/events} streams it.
 *
 * @param id grows by one with each event of this gateway's life
 * @param type {@code agent.created agent.changed agent.deleted agent.scaled agent.scale-bound
 *     replica.starting replica.healthy replica.suspect replica.ejected replica.lightened
 *     replica.restored replica.draining replica.gone replica.failed rollout.started rollout.done
 *     rollout.failed operation.done registry.restored host.away host.back gateway.joined
 *     gateway.returned gateway.lost gateway.leads gateway.forgotten gateway.draining
 *     gateway.undrained …}
 * @param by who caused it: {@code api}, {@code cli}, {@code file}, {@code gateway}, {@code health},
 *     {@code outlier}, {@code host}, …
 * @param gateway that has told this one of it; empty = it is this one's own
 */
public record FleetEvent(
    long id,
    Instant at,
    String type,
    Optional<String> agent,
    Optional<String> replica,
    String by,
    String reason,
    Optional<String> gateway) {
  /** One of this gateway's own. */
  public FleetEvent(
      long id,
      Instant at,
      String type,
      Optional<String> agent,
      Optional<String> replica,
      String by,
      String reason) {
    this(id, at, type, agent, replica, by, reason, Optional.empty());
  }
}
