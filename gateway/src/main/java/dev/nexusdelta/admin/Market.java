package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import java.util.function.Predicate;

/**
 * What the marketplace works on beside registry and fleet.
 *
 * @param hints whether what an agent's tools say of themselves is believed
 */
public record Market(AgentAddresses addresses, CountedCalls calls, Predicate<AgentSpec> hints) {}
