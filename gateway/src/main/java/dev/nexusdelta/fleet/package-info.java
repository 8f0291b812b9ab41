/**
 * Live state of agents and replicas: one writer, immutable views for all readers.
 *
 * <p>Start at {@link dev.nexusdelta.fleet.FleetView} (readers) and {@link
 * dev.nexusdelta.fleet.Fleet} (the writer). May import {@code manifest}, {@code discovery}, {@code
 * host}, {@code problem}, {@code balance}, {@code health}, {@code scaling}, {@code placement},
 * {@code telemetry}.
 */
@NullMarked
package dev.nexusdelta.fleet;

import org.jspecify.annotations.NullMarked;
