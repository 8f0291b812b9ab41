/**
 * The port behind which replicas run: a host starts, watches, adopts and stops them.
 *
 * <p>Start at {@link dev.nexusdelta.host.ReplicaHost}. May import {@code manifest}, {@code
 * discovery} (records).
 */
@NullMarked
package dev.nexusdelta.host;

import org.jspecify.annotations.NullMarked;
