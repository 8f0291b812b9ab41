/**
 * Metrics and the access log: the one home of Micrometer.
 *
 * <p>Start at {@link dev.nexusdelta.telemetry.Metrics}. May import {@code manifest}.
 */
@NullMarked
package dev.nexusdelta.telemetry;

import org.jspecify.annotations.NullMarked;
