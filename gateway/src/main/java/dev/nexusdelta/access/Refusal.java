package dev.nexusdelta.access;

/**
 * Why an address is not called for others. Its text is the reason.
 *
 * @param reason names the address; one line for people
 * @param listable to list it among those allowed would change that
 */
public record Refusal(String reason, boolean listable) {
  @Override
  public String toString() {
    return reason;
  }
}
