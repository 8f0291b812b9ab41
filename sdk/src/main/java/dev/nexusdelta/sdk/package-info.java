/**
 * Java client of a gateway: call tools, register and administer agents.
 *
 * <p>Start at {@link dev.nexusdelta.sdk.NexusDelta}, which programs use; it stands on {@link
 * dev.nexusdelta.sdk.NexusClient}, which knows JSON documents only and starts fast enough for a
 * command line. May import nothing of the project. Jackson stays inside, but programs may annotate
 * their own types for it; documents travel as {@link dev.nexusdelta.sdk.JsonValue}.
 */
@NullMarked
package dev.nexusdelta.sdk;

import org.jspecify.annotations.NullMarked;
