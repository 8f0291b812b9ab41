/**
 * Why was it slow or refused: the records of recent calls, which of them are worth keeping, and the
 * bounded place where they are kept. No bodies, no headers, no queries.
 *
 * <p>Start at {@link dev.nexusdelta.calls.CallHistory}, then {@code CallSampling} (which calls are
 * kept). May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.calls;

import org.jspecify.annotations.NullMarked;
