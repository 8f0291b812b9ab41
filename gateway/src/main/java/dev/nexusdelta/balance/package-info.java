/**
 * Chooses one of several candidates: one policy per file, pure.
 *
 * <p>Start at {@link dev.nexusdelta.balance.Balancer}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.balance;

import org.jspecify.annotations.NullMarked;
