package dev.nexusdelta.sdk;

/**
 * What a tool answered.
 *
 * @param result the value of {@code result}
 * @param replica id of the replica that did the work; empty if the gateway did not say
 * @param attempts how many replicas were tried
 * @param requestId under which logs know the call
 */
public record CallResult(JsonValue result, String replica, int attempts, String requestId) {}
