package dev.nexusdelta.sdk;

/**
 * What became of a change to an agent's spec.
 *
 * @param agent the agent as it is (or, after a dry run, would be) now; may be missing while
 *     replicas are still being replaced
 * @param created whether the agent is new
 * @param operation the work that follows; already done where nothing follows
 */
public record Change(JsonValue agent, boolean created, Operation operation) {}
