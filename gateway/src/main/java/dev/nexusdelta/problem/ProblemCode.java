package dev.nexusdelta.problem;

import java.util.Locale;

/** The stable codes of the gateway's own errors: API, never renamed. */
public enum ProblemCode {
  AGENT_UNKNOWN(404, "Unknown agent", false),
  TOOL_UNKNOWN(404, "Unknown tool", false),
  NOT_FOUND(404, "Not found", false),
  NOT_EXPOSED(404, "Route is not exposed", false),
  AGENT_STOPPED(503, "Agent is stopped", false),
  NO_HEALTHY_REPLICA(503, "No healthy replica", true),
  CIRCUIT_OPEN(503, "Circuits are open", true),
  QUEUE_FULL(503, "Queue is full", true),
  START_FAILED(503, "Agent does not start", true),
  ENGINE_UNAVAILABLE(503, "Engine is unavailable", true),
  SHEDDING(503, "Gateway is overloaded", true),
  DRAINING(503, "Gateway is shutting down", true),
  NOT_READY(503, "Gateway is not ready", true),
  RATE_LIMITED(429, "Too many requests", true),
  DEADLINE_EXCEEDED(504, "Deadline exceeded", true),
  REPLICA_BROKE(502, "Replica broke the call", false),
  OUTCOME_UNKNOWN(502, "Outcome unknown", false),
  /** Of a change of the registry; in bodies it is {@code outcome_unknown} too. */
  CHANGE_UNKNOWN(503, "Outcome unknown", false),
  NO_MAJORITY(503, "No majority of the cluster", true),
  INVALID_REQUEST(400, "Invalid request", false),
  INVALID_PARAMETERS(422, "Invalid parameters", false),
  METHOD_NOT_ALLOWED(405, "Method not allowed", false),
  NOT_ACCEPTABLE(406, "Not acceptable", false),
  REQUEST_TIMEOUT(408, "Request took too long to arrive", true),
  CONFLICT(409, "Conflict", false),
  KEY_IN_PROGRESS(409, "Call with this key is in progress", true),
  ANSWER_NOT_KEPT(409, "Answer is not kept", false),
  KEY_REUSED(422, "Key of another call", false),
  STALE_REVISION(412, "Stale revision", false),
  TOO_LARGE(413, "Too large", false),
  URI_TOO_LONG(414, "URI too long", false),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", false),
  EXPECTATION_FAILED(417, "Expectation failed", false),
  REPLICA_UNAVAILABLE(421, "Replica is unavailable here", true),
  REPLICA_BUSY(421, "Replica has no place now", true),
  WRONG_HOST(421, "Host is not served here", false),
  HEADERS_TOO_LARGE(431, "Headers too large", false),
  NOT_IMPLEMENTED(501, "Not implemented", false),
  UNAUTHORIZED(401, "Unauthorized", false),
  FORBIDDEN(403, "Forbidden", false),
  INTERNAL(500, "Internal error", false);

  private final int status;
  private final String title;
  private final boolean retryable;

  ProblemCode(int status, String title, boolean retryable) {
    this.status = status;
    this.title = title;
    this.retryable = retryable;
  }

  /** HTTP status that the code usually travels with. */
  public int status() {
    return status;
  }

  /** Short title for people. */
  public String title() {
    return title;
  }

  /**
   * Whether the same call may succeed later, and was not executed or is safe to repeat as far as
   * the gateway knows.
   */
  public boolean retryable() {
    return retryable;
  }

  /** The code as it stands in bodies and metrics. */
  public String code() {
    return (this == CHANGE_UNKNOWN ? OUTCOME_UNKNOWN : this).name().toLowerCase(Locale.ROOT);
  }
}
