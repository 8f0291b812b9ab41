/** The public API of Java agents. */
@NullMarked
package dev.nexusdelta.agent;

import org.jspecify.annotations.NullMarked;
