package dev.nexusdelta.quota;

import dev.nexusdelta.keys.CallRate;

/**
 * How one use of a key stands to its rate.
 *
 * @param rate what the key may do
 * @param remaining uses that would be admitted at this very moment, by this gateway
 * @param fullAfterSeconds after so long without a use nothing more is added; at least 1
 * @param retryAfterSeconds when to try again, if it is not admitted; at least 1
 */
public record Admission(
    boolean isAdmitted,
    CallRate rate,
    long remaining,
    long fullAfterSeconds,
    int retryAfterSeconds) {}
