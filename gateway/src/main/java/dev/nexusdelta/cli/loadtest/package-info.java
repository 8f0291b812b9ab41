/**
 * Load tests: which there are, the process that runs one, its summary, and two summaries beside
 * each other.
 *
 * <p>Start at {@link dev.nexusdelta.cli.loadtest.LoadSimulation}. May import {@code cli.shell},
 * {@code cli.process}, {@code sdk}.
 */
@NullMarked
package dev.nexusdelta.cli.loadtest;

import org.jspecify.annotations.NullMarked;
