/**
 * Runs replicas as child processes of this machine: compiles, starts, watches, adopts, stops them.
 *
 * <p>Start at {@link dev.nexusdelta.host.process.ProcessHost}; the decisions are in {@link
 * dev.nexusdelta.scaling.ReplicaPlan}. May import {@code manifest}, {@code discovery} (records),
 * {@code host}, {@code scaling}.
 */
@NullMarked
package dev.nexusdelta.host.process;

import org.jspecify.annotations.NullMarked;
