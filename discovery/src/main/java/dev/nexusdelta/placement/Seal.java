package dev.nexusdelta.placement;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How texts that make a host run something are signed and checked. A text names its agent or
 * gateway, and its place in the order of texts, so that none can be passed off as another or as a
 * newer one.
 *
 * @param sign makes of a text what travels
 * @param open makes the text of what has travelled; empty if it is not to be believed
 */
public record Seal(UnaryOperator<String> sign, Function<String, Optional<String>> open) {
  /** Everybody in the cluster is believed. */
  public static final Seal NONE = new Seal(text -> text, Optional::of);
}
