/**
 * Whether a replica may take calls: a state machine, pure.
 *
 * <p>Start at {@link dev.nexusdelta.health.HealthMachine}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.health;

import org.jspecify.annotations.NullMarked;
