/**
 * Calling tools: finds the tool of a request, reads its parameters, runs it within its deadline,
 * turns whatever happens into one answer or one stream. Knows neither sockets nor annotations.
 *
 * <p>Start at {@link dev.nexusdelta.agent.tools.ToolCalls}. May import {@code shape} and {@code
 * json}.
 */
@NullMarked
package dev.nexusdelta.agent.tools;

import org.jspecify.annotations.NullMarked;
