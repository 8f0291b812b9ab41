/**
 * Java client of a gateway: call tools, administer agents.
 *
 * <p>Start at {@link dev.nexusdelta.sdk.NexusClient}. May import nothing of the project. Jackson
 * stays inside; documents travel as {@link dev.nexusdelta.sdk.JsonValue}.
 */
@NullMarked
package dev.nexusdelta.sdk;

import org.jspecify.annotations.NullMarked;
