package dev.nexusdelta.consensus;

/** What the other answers. */
sealed interface Reply {
  /** Follows nobody below the ballot; {@code position} is that of its table. */
  record Promised(String cluster, Position position) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.promised(this);
    }
  }

  /** Has all up to {@code position} on disk. */
  record Accepted(Position position) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.accepted(this);
    }
  }

  /** Follows, but lacks what comes before; its own table is at {@code position}. */
  record Lacking(String cluster, Position position) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.lacking(this);
    }
  }

  /** Has promised a higher ballot. */
  record Refused(Ballot promised) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.refused(this);
    }
  }

  /** Has a leader that lives, or is not who was asked for. */
  record Busy() implements Reply {
    @Override
    public void to(Answered answered) {
      answered.busy();
    }
  }

  /** Belongs to another cluster. */
  record Elsewhere(String cluster, int members) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.elsewhere(this);
    }
  }

  /**
   * A part of an image.
   *
   * @param tag the same for all parts of one image
   */
  record Part(String tag, int parts, String text) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.part(this);
    }
  }

  /** What became of a write. */
  record Done(Outcome outcome) implements Reply {
    @Override
    public void to(Answered answered) {
      answered.done(this);
    }
  }

  /** Calls what of {@code answered} this is for. */
  void to(Answered answered);

  /** Who has asked. An answer that makes no sense counts as none. */
  interface Answered {
    /** There is no answer: the request may have arrived or not. */
    void failed();

    default void promised(Promised reply) {
      failed();
    }

    default void accepted(Accepted reply) {
      failed();
    }

    default void lacking(Lacking reply) {
      failed();
    }

    default void refused(Refused reply) {
      failed();
    }

    default void busy() {
      failed();
    }

    default void elsewhere(Elsewhere reply) {
      failed();
    }

    default void part(Part reply) {
      failed();
    }

    default void done(Done reply) {
      failed();
    }
  }
}
