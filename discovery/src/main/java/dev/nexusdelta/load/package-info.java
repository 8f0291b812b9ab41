/**
 * What gateways tell each other about the load of agents, so that one of them can decide for all.
 *
 * <p>Start at {@link dev.nexusdelta.load.LoadReport}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.load;

import org.jspecify.annotations.NullMarked;
