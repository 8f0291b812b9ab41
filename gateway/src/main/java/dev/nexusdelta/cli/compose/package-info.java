/**
 * Compose files of others, read: what of their services an agent can be.
 *
 * <p>Start at {@link dev.nexusdelta.cli.compose.ComposeFile}. May import {@code cli.shell}, {@code
 * manifest}, {@code sdk} (JSON values).
 */
@NullMarked
package dev.nexusdelta.cli.compose;

import org.jspecify.annotations.NullMarked;
