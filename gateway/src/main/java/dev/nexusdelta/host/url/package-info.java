/**
 * Agents that run elsewhere ({@code run.url}): nothing is started, their addresses are the
 * replicas.
 *
 * <p>Start at {@link dev.nexusdelta.host.url.UrlHost}. May import {@code host}, {@code manifest},
 * {@code discovery} (records).
 */
@NullMarked
package dev.nexusdelta.host.url;

import org.jspecify.annotations.NullMarked;
