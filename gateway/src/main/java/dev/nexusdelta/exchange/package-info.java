/**
 * One call to one replica: connections kept per replica, streams both ways, and the knowledge
 * whether a failed call was sent.
 *
 * <p>Start at {@link dev.nexusdelta.exchange.Exchange}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.exchange;

import org.jspecify.annotations.NullMarked;
