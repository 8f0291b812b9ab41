/**
 * The agents folder on disk: reads {@code <name>/agent.yaml} with the hashes that tell whether file
 * or code changed, and watches for changes. Knows nothing of the registry.
 *
 * <p>Start at {@link dev.nexusdelta.folders.AgentFolders}. May import {@code manifest}.
 */
@NullMarked
package dev.nexusdelta.folders;

import org.jspecify.annotations.NullMarked;
