/**
 * Where replicas run in a cluster: what hosts report, which of them gets how many replicas of each
 * agent (decided purely), and the channel by which gateways hear of it.
 *
 * <p>Start at {@link dev.nexusdelta.placement.Placement}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.placement;

import org.jspecify.annotations.NullMarked;
