/**
 * Log files of replicas: read, followed, rotated, pruned.
 *
 * <p>Start at {@link dev.nexusdelta.host.logs.LogFiles}. May import {@code manifest}, {@code host},
 * {@code host.supervision} (its actor).
 */
@NullMarked
package dev.nexusdelta.host.logs;

import org.jspecify.annotations.NullMarked;
