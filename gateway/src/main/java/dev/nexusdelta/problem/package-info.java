/**
 * The one form of every error that the gateway makes: RFC 9457 problems with stable codes.
 *
 * <p>Start at {@link dev.nexusdelta.problem.Problem}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.problem;

import org.jspecify.annotations.NullMarked;
