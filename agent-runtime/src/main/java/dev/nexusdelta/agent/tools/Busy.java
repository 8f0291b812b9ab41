package dev.nexusdelta.agent.tools;

/** There is no thread left to go on with a stream. */
final class Busy extends RuntimeException implements ToolFailure {
  private static final long serialVersionUID = 1L;

  Busy() {
    super("all threads of the agent are taken");
  }

  @Override
  public int status() {
    return 503;
  }

  @Override
  public String code() {
    return "busy";
  }
}
