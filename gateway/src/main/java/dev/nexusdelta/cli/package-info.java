/**
 * The command line: one class per command.
 *
 * <p>Start at {@link dev.nexusdelta.cli.Main} and {@link dev.nexusdelta.cli.Commands}. May import
 * {@code cli.*}, {@code sdk}, {@code manifest}, {@code backup}, {@code app} (settings, a registry
 * at rest). Talks to gateways over HTTP and starts them as processes, never in process.
 */
@NullMarked
package dev.nexusdelta.cli;

import org.jspecify.annotations.NullMarked;
