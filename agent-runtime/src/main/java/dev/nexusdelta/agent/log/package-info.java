/**
 * The agent's log: lines on standard error. No logging framework, because a hundred agents share a
 * machine and each would pay for it.
 *
 * <p>Start at {@link dev.nexusdelta.agent.log.LineLogger}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.agent.log;

import org.jspecify.annotations.NullMarked;
