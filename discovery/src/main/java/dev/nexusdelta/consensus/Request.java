package dev.nexusdelta.consensus;

import java.util.List;
import java.util.function.Consumer;

/** What one member asks of another. */
sealed interface Request {
  /** A candidate asks for the promise to follow nobody of a lower ballot. */
  record Prepare(String cluster, Ballot ballot) implements Request {
    @Override
    public void to(Hearer hearer, String from, Consumer<Reply> answer) {
      hearer.prepare(from, this, answer);
    }
  }

  /**
   * The leader's writes, and its sign of life.
   *
   * @param previous the position after which they come
   * @param pull what the hearer has is no use: it is to fetch the leader's table
   * @param members how many belong to the leader's cluster
   * @param joins whether the leader itself is told to join others
   */
  record Append(
      String cluster,
      Ballot ballot,
      Position previous,
      List<Batch> batches,
      Position committed,
      boolean pull,
      int members,
      boolean joins)
      implements Request {
    @Override
    public void to(Hearer hearer, String from, Consumer<Reply> answer) {
      hearer.append(from, this, answer);
    }

    /** The position that one is at who has all of this. */
    Position last() {
      return batches.isEmpty() ? previous : batches.get(batches.size() - 1).position();
    }
  }

  /**
   * Asks for a part of the hearer's table, which has promised {@code ballot}.
   *
   * @param cluster to which {@code from} belongs
   * @param from the committed position that is there already
   * @param part from 0, which makes the image
   */
  record Fetch(Ballot ballot, String cluster, Position from, int part) implements Request {
    @Override
    public void to(Hearer hearer, String from, Consumer<Reply> answer) {
      hearer.fetch(from, this, answer);
    }
  }

  /**
   * A write for the leader.
   *
   * @param ballot in which it must lead still
   * @param id never used twice
   */
  record Forward(Ballot ballot, String id, Proposal proposal) implements Request {
    @Override
    public void to(Hearer hearer, String from, Consumer<Reply> answer) {
      hearer.forward(from, this, answer);
    }
  }

  /**
   * The leader tells one that it was taken out of the cluster: it is to keep to itself.
   *
   * @param cluster that has forgotten it
   */
  record Forgotten(String cluster) implements Request {
    @Override
    public void to(Hearer hearer, String from, Consumer<Reply> answer) {
      hearer.forgotten(this, answer);
    }
  }

  /** Calls what of {@code hearer} this is for. */
  void to(Hearer hearer, String from, Consumer<Reply> answer);

  /** Who is asked. */
  interface Hearer {
    void prepare(String from, Prepare asked, Consumer<Reply> answer);

    void append(String from, Append asked, Consumer<Reply> answer);

    void fetch(String from, Fetch asked, Consumer<Reply> answer);

    void forward(String from, Forward asked, Consumer<Reply> answer);

    void forgotten(Forgotten told, Consumer<Reply> answer);
  }
}
