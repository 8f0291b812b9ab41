/**
 * Where replicas run in a cluster: tells of this gateway's host, decides where this gateway leads,
 * and gives the fleet its share. Beside the autoscaler, which decides how many and only of agents
 * whose number follows the load.
 *
 * <p>Start at {@link dev.nexusdelta.placing.Placing}. May import {@code manifest}, {@code
 * discovery}, {@code load}, {@code placement}, {@code fleet}.
 */
@NullMarked
package dev.nexusdelta.placing;

import org.jspecify.annotations.NullMarked;
