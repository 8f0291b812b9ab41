/**
 * What {@code nexus doctor} looks at.
 *
 * <p>Start at {@link dev.nexusdelta.cli.doctor.Findings}. May import {@code cli.shell}, {@code
 * cli.process}, {@code cli.folder}, {@code manifest}, {@code app} (settings), {@code host.docker}
 * (what an engine says), {@code sdk}.
 */
@NullMarked
package dev.nexusdelta.cli.doctor;

import org.jspecify.annotations.NullMarked;
