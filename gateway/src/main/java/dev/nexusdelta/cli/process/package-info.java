/**
 * The gateway as a process of its own: its command line, starting it, finding the one that runs,
 * and what is left when it is gone.
 *
 * <p>Start at {@link dev.nexusdelta.cli.process.GatewayProcess}. May import {@code cli.shell},
 * {@code app} (settings), {@code host.docker} (what is left on an engine), {@code sdk}.
 */
@NullMarked
package dev.nexusdelta.cli.process;

import org.jspecify.annotations.NullMarked;
