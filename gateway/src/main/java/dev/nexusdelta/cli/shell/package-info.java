/**
 * What every command needs of its surroundings: streams, exit codes, failures, text for people.
 *
 * <p>Start at {@link dev.nexusdelta.cli.shell.Shell}. May import {@code sdk}.
 */
@NullMarked
package dev.nexusdelta.cli.shell;

import org.jspecify.annotations.NullMarked;
