package dev.nexusdelta.sdk;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long an answer may take.
 *
 * @param limit up to its last byte, or up to its head if there is {@code idle}; null = no limit
 * @param idle between two parts of a body that comes piece by piece; null = the body counts too
 */
record Patience(@Nullable Duration limit, @Nullable Duration idle) {}
