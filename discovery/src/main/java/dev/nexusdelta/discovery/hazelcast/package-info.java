/**
 * The cluster: one Hazelcast member per gateway, which holds the agents, the live table of replicas
 * and the keyed calls that run, and the Vert.x Service Discovery backend that reads the same table.
 *
 * <p>Start at {@link dev.nexusdelta.discovery.hazelcast.HazelcastMember}. May import {@code
 * manifest}, {@code discovery}, {@code keyed}, {@code load}, {@code placement}; the only home of
 * Hazelcast.
 */
@NullMarked
package dev.nexusdelta.discovery.hazelcast;

import org.jspecify.annotations.NullMarked;
