/**
 * What agents exist (registry) and where their replicas run (discovery): records and ports.
 *
 * <p>Start at {@link dev.nexusdelta.discovery.AgentSpec} and {@link
 * dev.nexusdelta.discovery.RegistryStore}. May import {@code manifest}.
 */
@NullMarked
package dev.nexusdelta.discovery;

import org.jspecify.annotations.NullMarked;
