/**
 * Lets the number of replicas follow the load: reports what this gateway carries, and on the
 * gateway that leads decides each second, and at once when calls wait, how many each agent needs.
 *
 * <p>Start at {@link dev.nexusdelta.autoscaler.Autoscaler}. May import {@code manifest}, {@code
 * discovery}, {@code load}, {@code host}, {@code scaling}, {@code telemetry}, {@code fleet}.
 */
@NullMarked
package dev.nexusdelta.autoscaler;

import org.jspecify.annotations.NullMarked;
