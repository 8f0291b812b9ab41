/**
 * How many replicas, and which to start and stop: pure.
 *
 * <p>Start at {@link dev.nexusdelta.scaling.ScalingPolicy} (how many, and why), then {@link
 * dev.nexusdelta.scaling.LoadLedger} (what is known of the load), {@link
 * dev.nexusdelta.scaling.FleetRoom} (how many fit), {@link dev.nexusdelta.scaling.Replay} (what
 * would have happened) and {@code ReplicaPlan} (which to start and stop). May import {@code
 * manifest}, {@code discovery} (records), {@code load} (records), {@code host} (records).
 */
@NullMarked
package dev.nexusdelta.scaling;

import org.jspecify.annotations.NullMarked;
