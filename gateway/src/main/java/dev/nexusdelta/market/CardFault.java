package dev.nexusdelta.market;

/**
 * One thing that is wrong with a card.
 *
 * @param pointer JSON pointer (RFC 6901) into the card
 * @param message says the bad value, what was expected, and what to try
 */
public record CardFault(String pointer, String message) {}
