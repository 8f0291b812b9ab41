/**
 * Makes an agent's folder startable: compiles, copies, and knows the flags and the environment that
 * its replicas run with, wherever they run.
 *
 * <p>Start at {@link dev.nexusdelta.host.code.Builds}. May import {@code manifest}, {@code
 * discovery} (records), {@code host}, {@code host.code.compiler}.
 */
@NullMarked
package dev.nexusdelta.host.code;

import org.jspecify.annotations.NullMarked;
