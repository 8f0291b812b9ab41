package dev.nexusdelta.proxy;

/**
 * Where a request goes.
 *
 * @param agent name as the caller wrote it; empty where the kind has none
 * @param tool likewise
 */
record Route(Kind kind, String agent, String tool) {
  /** Everything that is not the data plane's. */
  static final Route CONTROL = new Route(Kind.CONTROL, "", "");

  /** What is asked for. */
  enum Kind {
    /** {@code POST /agents/<name>/execute}. */
    EXECUTE("POST"),
    /** {@code POST /agents/<name>/tools/<tool>}. */
    TOOL("POST"),
    /** {@code GET /agents}. */
    AGENTS("GET, HEAD"),
    /** {@code GET /agents/<name>/tools}. */
    TOOLS("GET, HEAD"),
    /** {@code GET /agents/<name>/health}. */
    HEALTH("GET, HEAD"),
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
      return allow.startsWith("POST")
          ? method.equals("POST")
          : method.equals("GET") || method.equals("HEAD");
    }

    /** Whether it is a call that goes to a replica. */
    boolean isCall() {
      return this == EXECUTE || this == TOOL;
    }
  }
}
