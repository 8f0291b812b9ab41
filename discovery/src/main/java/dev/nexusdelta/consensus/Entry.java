package dev.nexusdelta.consensus;

/**
 * What stands at a key.
 *
 * @param written where it was last written; changes with every write of the key
 */
public record Entry(String text, Position written) {}
