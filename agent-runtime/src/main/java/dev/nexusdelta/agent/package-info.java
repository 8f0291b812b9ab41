/**
 * The public API of Java agents: one class with annotated methods, or lambdas on a builder, becomes
 * an agent that is called over HTTP.
 *
 * <p>Start at {@link dev.nexusdelta.agent.Tool} and {@link dev.nexusdelta.agent.NexusAgent}. May
 * import {@code http}, {@code tools}, {@code shape}, {@code log}; its public members show none of
 * them.
 */
@NullMarked
package dev.nexusdelta.agent;

import org.jspecify.annotations.NullMarked;
