package dev.nexusdelta.load;

/** Which gateway decides how many replicas there are. Thread-safe; a cheap read. */
public interface Leadership {
  /** Whether that is this one now: always where it is alone. */
  boolean leads();

  /** Whether some gateway is known to lead; where none is, nobody decides anything new. */
  default boolean isLed() {
    return true;
  }
}
