/**
 * Agents as folders of the user's: made from templates, read back, checked.
 *
 * <p>Start at {@link dev.nexusdelta.cli.folder.AgentFolder}. May import {@code cli.shell}, {@code
 * manifest}.
 */
@NullMarked
package dev.nexusdelta.cli.folder;

import org.jspecify.annotations.NullMarked;
