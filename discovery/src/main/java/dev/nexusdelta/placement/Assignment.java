package dev.nexusdelta.placement;

/**
 * A leader's word on one agent. Of two, the one with the higher term holds, of the same term that
 * with the higher sequence.
 *
 * @param agent lower-case name
 * @param term of the leader: higher than that of every leader before it
 * @param sequence counts up within the term, over all agents
 */
public record Assignment(String agent, long term, long sequence, Spread spread) {
  /** Whether it overrules the other one. */
  public boolean isAfter(Assignment other) {
    return term > other.term || term == other.term && sequence > other.sequence;
  }
}
