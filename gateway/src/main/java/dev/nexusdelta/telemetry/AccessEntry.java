package dev.nexusdelta.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One finished call, as the access log shows it.
 *
 * @param atMillis when the call's head arrived, epoch milliseconds
 * @param agent as asked for, or its name if known
 * @param tool if known
 * @param replica that answered, or that was tried last
 * @param status of the answer, or of what cut it short; 499 if the caller left
 * @param code of the problem if the gateway answered
 * @param attempts sent to replicas
 * @param bytesIn of the request's body
 * @param bytesOut of the answer's body
 * @param remote address of the caller
 * @param key name of the key that the caller has shown; null without one
 */
public record AccessEntry(
    long atMillis,
    String requestId,
    @Nullable String agent,
    @Nullable String tool,
    @Nullable String replica,
    int status,
    @Nullable String code,
    int attempts,
    long durationNanos,
    long agentNanos,
    long bytesIn,
    long bytesOut,
    String remote,
    @Nullable String key) {}
