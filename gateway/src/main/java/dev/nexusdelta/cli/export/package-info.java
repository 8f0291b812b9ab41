/**
 * What other programs start a fleet with: compose projects and systemd units, as text and files.
 *
 * <p>Start at {@link dev.nexusdelta.cli.export.ComposeProject}. May import {@code cli.folder},
 * {@code cli.shell}, {@code manifest}, {@code host.code}, {@code sdk} (JSON values).
 */
@NullMarked
package dev.nexusdelta.cli.export;

import org.jspecify.annotations.NullMarked;
