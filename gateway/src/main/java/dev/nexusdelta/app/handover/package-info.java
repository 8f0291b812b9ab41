/**
 * How one gateway process takes over from another without a caller noticing: what the two say to
 * each other, and the port that both listen on meanwhile.
 *
 * <p>Start at {@link dev.nexusdelta.app.handover.Predecessor}, the side of the new one, then {@code
 * Successors}, that of the old one. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.app.handover;

import org.jspecify.annotations.NullMarked;
