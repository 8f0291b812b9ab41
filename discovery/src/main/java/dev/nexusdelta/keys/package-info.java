/**
 * Keys of callers: what one is, what it may do, how often, and whether a text is one. Pure.
 *
 * <p>Start at {@link dev.nexusdelta.keys.KeyRing}. May import manifest.
 */
@NullMarked
package dev.nexusdelta.keys;

import org.jspecify.annotations.NullMarked;
