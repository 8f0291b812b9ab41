package dev.nexusdelta.proxy;

/**
 * Where a request goes.
 *
 * @param agent name as the caller wrote it; empty where the kind has none
 * @param tool likewise
 * @param path of an agent's own route, decoded, with its slash in front
 */
record Route(Kind kind, String agent, String tool, String path) {
  /** Everything that is not the data plane's. */
  static final Route CONTROL = new Route(Kind.CONTROL, "", "");

  Route(Kind kind, String agent, String tool) {
    this(kind, agent, tool, "");
  }

  /** What is asked for. */
  enum Kind {
    /** {@code POST /agents/<name>/execute}. */
    EXECUTE("POST"),
    /** {@code POST /agents/<name>/tools/<tool>}. */
    TOOL("POST"),
    /** {@code ANY /agents/<name>/http/<path>}: the agent's manifest says which. */
    HTTP(""),
    /** {@code GET /agents}. */
    AGENTS("GET, HEAD"),
    /** {@code GET /agents/<name>/tools}. */
    TOOLS("GET, HEAD"),
    /** {@code GET /agents/<name>/health}. */
    HEALTH("GET, HEAD"),
    /** {@code GET /agents/<name>/openapi.json}. */
    OPEN_API("GET, HEAD"),
    /** Left to the control plane. */
    CONTROL("");

    private final String allow;

    Kind(String allow) {
      this.allow = allow;
    }

    /** Methods for the {@code Allow} header. */
    String allow() {
      return allow;
    }

    /** Whether the method is one of them. */
    boolean allows(String method) {
      return switch (this) {
        case HTTP -> true;
        case EXECUTE, TOOL -> method.equals("POST");
        case AGENTS, TOOLS, HEALTH, OPEN_API, CONTROL ->
            method.equals("GET") || method.equals("HEAD");
      };
    }
  }
}
