package dev.nexusdelta.sdk;

import java.util.List;

/** The tool was called and answered with an error of its own. */
public final class ToolException extends NexusException {
  private static final long serialVersionUID = 1L;
  private final String code;
  private final int status;
  private final transient JsonValue body;
  private final String replica;
  private final String requestId;

  ToolException(
      String message, String code, int status, JsonValue body, String replica, String requestId) {
    super(message);
    this.code = code;
    this.status = status;
    this.body = body;
    this.replica = replica;
    this.requestId = requestId;
  }

  /** The tool's code, such as {@code invalid_parameters}; empty if it named none. */
  public String code() {
    return code;
  }

  /** HTTP status of the agent's answer; 200 for agents that report errors in the body alone. */
  public int status() {
    return status;
  }

  /** What to try; empty if the answer has no advice. */
  public String hint() {
    return body.get("hint").text();
  }

  /** Single faults of the parameters, where the tool names them. */
  public List<ProblemException.Fault> errors() {
    return ProblemException.faults(body);
  }

  /** The whole answer. */
  public JsonValue body() {
    return body;
  }

  /** Id of the replica that answered; empty if unknown. */
  public String replica() {
    return replica;
  }

  /** Under which the logs of gateway and agent know the call; empty if unknown. */
  public String requestId() {
    return requestId;
  }
}
