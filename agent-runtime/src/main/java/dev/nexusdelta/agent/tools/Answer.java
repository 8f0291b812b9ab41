package dev.nexusdelta.agent.tools;

import org.jspecify.annotations.Nullable;

/**
 * What a request gets.
 *
 * @param toolError the failure's code, if the failure is the tool's and not the replica's
 * @param cause what was thrown, for logs and tests; never sent
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, to one socket; copying costs.
public record Answer(
    int status,
    String contentType,
    byte[] body,
    @Nullable String toolError,
    @Nullable Throwable cause) {
  /** Media type of results. */
  public static final String JSON = "application/json";

  /** A 200 with JSON. */
  public static Answer ok(byte[] json) {
    return new Answer(200, JSON, json, null, null);
  }
}
