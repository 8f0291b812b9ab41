package dev.nexusdelta.host;

import java.time.Instant;
import java.util.Optional;

/**
 * Which log lines.
 *
 * @param tail at most this many, the last ones
 */
public record LogQuery(Optional<Instant> since, int tail) {}
