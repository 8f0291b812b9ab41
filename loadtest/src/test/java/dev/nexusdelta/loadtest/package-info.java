/**
 * Simulations of a gateway's callers, all in the open model: they arrive at rates of their own,
 * whether or not the gateway keeps up, so that slowness shows as waiting and not as fewer calls.
 *
 * <p>Start at {@link dev.nexusdelta.loadtest.SmokeSimulation}, then {@link
 * dev.nexusdelta.loadtest.Calls}. May import Gatling and {@code lab}: what is tested is spoken to
 * over HTTP, as any client would.
 *
 * <p>All take the system properties {@code nexus.url}, {@code nexus.admin} and {@code
 * nexus.key-file} (of the gateway, to watch its fleet), {@code nexus.results} (folder of summary
 * and picture); rates are callers a second, {@code nexus.seconds} is how long, {@code nexus.p95}
 * milliseconds.
 */
@NullMarked
package dev.nexusdelta.loadtest;

import org.jspecify.annotations.NullMarked;
