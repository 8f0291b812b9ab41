/**
 * Simulations of a gateway's callers.
 *
 * <p>Start at {@link dev.nexusdelta.loadtest.SmokeSimulation}. May import Gatling only: what is
 * tested is spoken to over HTTP, as any client would.
 */
@NullMarked
package dev.nexusdelta.loadtest;

import org.jspecify.annotations.NullMarked;
