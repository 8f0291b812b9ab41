/**
 * Keeps the registry and one outside (Firestore) alike: what either side's change means for the
 * other.
 *
 * <p>Start at {@link dev.nexusdelta.sync.Reconciliation}. May import {@code manifest}, {@code
 * discovery}.
 */
@NullMarked
package dev.nexusdelta.sync;

import org.jspecify.annotations.NullMarked;
