package dev.nexusdelta.market;

import java.util.List;
import java.util.stream.Collectors;

/** A card is refused, with everything that is wrong with it. */
public final class CardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<CardFault> faults;

  /**
   * Of at least one fault.
   *
   * @param faults in the order of the card
   */
  public CardException(List<CardFault> faults) {
    super(
        faults.stream()
            .map(fault -> fault.pointer() + ": " + fault.message())
            .collect(Collectors.joining("; ")));
    this.faults = List.copyOf(faults);
  }

  /** What is wrong. */
  public List<CardFault> faults() {
    return faults;
  }
}
