package dev.nexusdelta.agent.shape;

/** A type, or a note about it, that cannot be had in JSON. The message says the fix. */
public final class ShapeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With all that is known where it is thrown. */
  public ShapeException(String message) {
    super(message);
  }

  /** The same with the place in front. */
  public ShapeException at(String place) {
    ShapeException placed = new ShapeException(place + ": " + getMessage());
    placed.setStackTrace(getStackTrace());
    return placed;
  }
}
