/**
 * The registry's mirror in Firestore, by Google's own client.
 *
 * <p>Start at {@link dev.nexusdelta.firestore.FirestoreRegistry}. May import {@code sync}.
 */
@NullMarked
package dev.nexusdelta.firestore;

import org.jspecify.annotations.NullMarked;
