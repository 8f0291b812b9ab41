package dev.nexusdelta.consensus;

import java.util.Map;
import java.util.function.Function;

/** What became of a write. */
public sealed interface Outcome {
  /**
   * It holds, whatever dies: a majority has it on disk. {@code position} is that of all its keys.
   */
  record Committed(Position position) implements Outcome {
    @Override
    public <T> T fold(Cases<T> cases) {
      return cases.committed().apply(this);
    }
  }

  /**
   * Some key is not as expected; nothing was changed.
   *
   * @param found what is at those keys; a key that is not there is left out
   */
  record Conflict(Map<String, Entry> found) implements Outcome {
    /** Copies the map. */
    public Conflict {
      found = Map.copyOf(found);
    }

    @Override
    public <T> T fold(Cases<T> cases) {
      return cases.conflict().apply(this);
    }
  }

  /** Nothing was changed and nothing will come of it: it may be repeated. */
  record NotWritten(String why) implements Outcome {
    @Override
    public <T> T fold(Cases<T> cases) {
      return cases.notWritten().apply(this);
    }
  }

  /**
   * It was under way when the leader, or the way to it, was lost: it may hold now, later, or never.
   */
  record Unknown(String why) implements Outcome {
    @Override
    public <T> T fold(Cases<T> cases) {
      return cases.unknown().apply(this);
    }
  }

  /** The case that it is. */
  <T> T fold(Cases<T> cases);

  /** What to make of each. */
  record Cases<T>(
      Function<Committed, T> committed,
      Function<Conflict, T> conflict,
      Function<NotWritten, T> notWritten,
      Function<Unknown, T> unknown) {}
}
