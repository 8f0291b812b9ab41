/**
 * The agent's HTTP side: {@code GET /health}, {@code GET /tools}, {@code POST /execute}, on the
 * JDK's own server.
 *
 * <p>Start at {@link dev.nexusdelta.agent.http.AgentServer}. May import {@code tools} and {@code
 * json}.
 */
@NullMarked
package dev.nexusdelta.agent.http;

import org.jspecify.annotations.NullMarked;
