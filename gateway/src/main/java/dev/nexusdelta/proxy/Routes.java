package dev.nexusdelta.proxy;

/** Tells what a path asks for. Pure; costs the same for 1 and for 10,000 agents. */
final class Routes {
  private static final String AGENTS = "/agents";
  private static final String PREFIX = "/agents/";
  private static final String EXECUTE = "/execute";
  private static final String TOOLS = "/tools";
  private static final String HEALTH = "/health";
  private static final String OPEN_API = "/openapi.json";
  private static final String HTTP = "/http";

  private Routes() {}

  /**
   * The route of a path.
   *
   * @param path as {@link RequestPath} normalised it
   */
  static Route of(String path) {
    if (!path.startsWith(AGENTS)) {
      return Route.CONTROL;
    }
    if (path.length() == AGENTS.length()) {
      return new Route(Route.Kind.AGENTS, "", "");
    }
    if (!path.startsWith(PREFIX)) {
      return Route.CONTROL;
    }
    int end = path.indexOf('/', PREFIX.length());
    if (end < 0) {
      return path.length() == PREFIX.length()
          ? new Route(Route.Kind.AGENTS, "", "")
          : Route.CONTROL;
    }
    return ofAgent(path, end);
  }

  private static Route ofAgent(String path, int end) {
    String agent = path.substring(PREFIX.length(), end);
    int rest = path.length() - end;
    if (rest == EXECUTE.length() && path.endsWith(EXECUTE)) {
      return new Route(Route.Kind.EXECUTE, agent, "");
    }
    if (rest == TOOLS.length() && path.endsWith(TOOLS)) {
      return new Route(Route.Kind.TOOLS, agent, "");
    }
    if (rest == HEALTH.length() && path.endsWith(HEALTH)) {
      return new Route(Route.Kind.HEALTH, agent, "");
    }
    if (rest == OPEN_API.length() && path.endsWith(OPEN_API)) {
      return new Route(Route.Kind.OPEN_API, agent, "");
    }
    int own = end + HTTP.length();
    if (path.startsWith(HTTP, end) && (own == path.length() || path.charAt(own) == '/')) {
      return new Route(Route.Kind.HTTP, agent, "", path.substring(own));
    }
    int tool = end + TOOLS.length() + 1;
    if (path.startsWith(TOOLS + "/", end) && tool < path.length() && path.indexOf('/', tool) < 0) {
      return new Route(Route.Kind.TOOL, agent, path.substring(tool));
    }
    return Route.CONTROL;
  }
}
