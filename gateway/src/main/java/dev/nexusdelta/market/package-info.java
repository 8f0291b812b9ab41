/**
 * What the marketplace makes of agents: cards as others register them, how good a card is and what
 * would make it better, which cards a search finds, and what the last seven days of calls say.
 *
 * <p>Start at {@link dev.nexusdelta.market.Card}, then {@code Quality}, {@code Search} and {@code
 * CallDays}. May import {@code manifest}, {@code discovery} (records).
 */
@NullMarked
package dev.nexusdelta.market;

import org.jspecify.annotations.NullMarked;
