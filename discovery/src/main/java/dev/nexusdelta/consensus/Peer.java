package dev.nexusdelta.consensus;

/** What a leader knows of another member. */
final class Peer {
  /** It has all up to there on disk, of the leader's own history. */
  Position matched = Position.START;

  /** From where it is sent the next writes. */
  Position known = Position.START;

  /** Whether it is to fetch the table, as the writes it lacks are not there one by one any more. */
  boolean pull;

  /** One request at a time: what comes meanwhile goes with the next. */
  boolean inFlight;

  /** There is something to tell. */
  boolean due;

  /** When it last followed; as long ago as can be at first. */
  long heard = Long.MIN_VALUE / 2;
}
