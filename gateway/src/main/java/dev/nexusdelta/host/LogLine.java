package dev.nexusdelta.host;

import java.time.Instant;

/**
 * One line that a replica wrote; {@code at} is when the host read it, or the line's own time where
 * it has one.
 */
public record LogLine(Instant at, String replica, String text) {}
