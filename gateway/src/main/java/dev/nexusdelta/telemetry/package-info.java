/**
 * Metrics and the access log: the one home of Micrometer.
 *
 * <p>Start at {@link dev.nexusdelta.telemetry.PrometheusMetrics} and {@link
 * dev.nexusdelta.telemetry.AccessLog}. May import {@code manifest}.
 */
@NullMarked
package dev.nexusdelta.telemetry;

import org.jspecify.annotations.NullMarked;
