/**
 * How many replicas, and which to start and stop: pure.
 *
 * <p>Start at {@code ReplicaPlan}. May import {@code manifest}, {@code discovery} (records), {@code
 * host} (records).
 */
@NullMarked
package dev.nexusdelta.scaling;

import org.jspecify.annotations.NullMarked;
