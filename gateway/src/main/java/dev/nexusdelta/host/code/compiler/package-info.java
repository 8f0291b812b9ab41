/**
 * The Java compiler of agents, run in a child process of its own so that its memory is not the
 * gateway's. Only the JDK is on that child's class path besides this package.
 *
 * <p>Start at {@link dev.nexusdelta.host.code.compiler.CompileServer}. May import nothing of the
 * project.
 */
@NullMarked
package dev.nexusdelta.host.code.compiler;

import org.jspecify.annotations.NullMarked;
