/**
 * Runs replicas as child processes of this machine: starts, watches, adopts, stops them.
 *
 * <p>Start at {@link dev.nexusdelta.host.process.ProcessHost}; what to start and stop is decided in
 * {@code host.supervision}. May import {@code manifest}, {@code discovery} (records), {@code host},
 * {@code host.code}, {@code host.supervision}, {@code host.logs}.
 */
@NullMarked
package dev.nexusdelta.host.process;

import org.jspecify.annotations.NullMarked;
