/**
 * Runs replicas as containers of an engine on this machine: the only home of docker-java.
 *
 * <p>Start at {@link dev.nexusdelta.host.docker.DockerHost}. May import {@code manifest}, {@code
 * discovery} (records), {@code host}, {@code host.supervision}, {@code host.code}, {@code
 * host.logs}, {@code host.docker.image}.
 */
@NullMarked
package dev.nexusdelta.host.docker;

import org.jspecify.annotations.NullMarked;
