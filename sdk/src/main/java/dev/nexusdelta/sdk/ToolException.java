package dev.nexusdelta.sdk;

/** The tool was called and answered with an error of its own. */
public final class ToolException extends NexusException {
  private static final long serialVersionUID = 1L;
  private final String code;
  private final int status;
  private final transient JsonValue body;
  private final String replica;

  ToolException(String message, String code, int status, JsonValue body, String replica) {
    super(message);
    this.code = code;
    this.status = status;
    this.body = body;
    this.replica = replica;
  }

  /** The tool's code, such as {@code invalid_parameters}; empty if it named none. */
  public String code() {
    return code;
  }

  /** HTTP status of the agent's answer; 200 for agents that report errors in the body alone. */
  public int status() {
    return status;
  }

  /** The whole answer. */
  public JsonValue body() {
    return body;
  }

  /** Id of the replica that answered; empty if unknown. */
  public String replica() {
    return replica;
  }
}
