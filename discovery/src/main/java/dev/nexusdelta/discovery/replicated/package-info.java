/**
 * The registry's store over a ledger: alike on all gateways of a cluster, durable on a majority.
 *
 * <p>Start at {@link dev.nexusdelta.discovery.replicated.LedgerStore}. May import {@code manifest},
 * {@code discovery}, {@code sync}, {@code placement}, {@code keys}, {@code consensus}.
 */
@NullMarked
package dev.nexusdelta.discovery.replicated;

import org.jspecify.annotations.NullMarked;
