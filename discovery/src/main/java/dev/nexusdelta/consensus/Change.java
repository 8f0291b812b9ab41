package dev.nexusdelta.consensus;

import java.util.Optional;

/**
 * What a key becomes.
 *
 * @param text empty = deleted
 */
public record Change(String key, Optional<String> text) {}
