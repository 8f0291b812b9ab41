/**
 * Whether a replica may take calls: a state machine, pure.
 *
 * <p>Start at {@code HealthMachine}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.health;

import org.jspecify.annotations.NullMarked;
