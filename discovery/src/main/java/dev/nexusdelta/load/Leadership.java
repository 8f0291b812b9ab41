package dev.nexusdelta.load;

/** Which gateway decides how many replicas there are. Thread-safe; a cheap read. */
public interface Leadership {
  /** Whether that is this one now: always where it is alone. */
  boolean leads();
}
