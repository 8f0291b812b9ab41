/**
 * Brings an agent's files to a gateway that has none of them, from another one that has, by the
 * hash of their content.
 *
 * <p>Start at {@link dev.nexusdelta.travel.CourierHost}. May import {@code host}, {@code folders},
 * and discovery's records.
 */
@NullMarked
package dev.nexusdelta.travel;

import org.jspecify.annotations.NullMarked;
