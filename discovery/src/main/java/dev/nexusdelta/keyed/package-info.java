/**
 * Calls that carry an {@code Idempotency-Key}: each is executed once and answered as often as it is
 * asked, for a day. The records are pure; {@code ClaimedCalls} joins the two places where claims
 * are kept.
 *
 * <p>Start at {@link dev.nexusdelta.keyed.KeyedCalls}, then {@code Claim} (what may become of a
 * key) and {@code ClaimedCalls} (in which order it is written where). May import nothing of the
 * project.
 */
@NullMarked
package dev.nexusdelta.keyed;

import org.jspecify.annotations.NullMarked;
