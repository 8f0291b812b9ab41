/**
 * Keys of callers: what one is, what it may do, how often, and whether a text is one; pure, but for
 * {@link dev.nexusdelta.keys.KeyStore}, the port to where they are kept, and what {@link
 * dev.nexusdelta.keys.KeyUses} remembers.
 *
 * <p>Start at {@link dev.nexusdelta.keys.KeyRing}. May import manifest.
 */
@NullMarked
package dev.nexusdelta.keys;

import org.jspecify.annotations.NullMarked;
