package dev.nexusdelta.host.docker;

import java.time.Instant;

/**
 * A line that a container wrote.
 *
 * @param at when the engine read it, in nanoseconds
 * @param error written to standard error
 * @param text without the line's end; at most 64 KiB and a remark about what was cut off
 */
record ContainerLine(Instant at, boolean error, String text) {}
