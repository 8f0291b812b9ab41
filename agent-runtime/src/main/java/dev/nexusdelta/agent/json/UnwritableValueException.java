package dev.nexusdelta.agent.json;

/** A value has no form in JSON; the message says which and where. */
public final class UnwritableValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param detail the value and what was expected
   */
  public UnwritableValueException(String detail) {
    super(detail);
  }
}
