package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.manifest.ExposedRoute;
import dev.nexusdelta.problem.Problem;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an agent's own route may be called, by its manifest's {@code expose}. Pure.
 *
 * @param target path and query to send; empty if it may not
 * @param fault why not; null if it may
 * @param allow methods that may, where only the method is wrong; else empty
 */
record Exposure(String target, @Nullable Problem fault, String allow) {
  /** Calls have a route of their own, where their tool is known. */
  private static final String EXECUTE = "/execute";

  /**
   * Looks a route up.
   *
   * @param path decoded, behind {@code /http}
   * @param uri as it stood in the request line, for its query
   */
  static Exposure of(AgentView agent, String method, String path, String uri) {
    AgentPath wanted = AgentPath.of(path);
    if (wanted.fault() != null) {
      return refused(Refusals.invalid(wanted.fault()));
    }
    int query = uri.indexOf('?');
    if (query >= 0 && !isPlain(uri, query)) {
      return refused(Refusals.invalid("the query holds a character that must be escaped"));
    }
    Set<String> methods = new LinkedHashSet<>();
    for (String entry : agent.manifest().expose()) {
      ExposedRoute route = ExposedRoute.of(entry).orElse(null);
      if (route == null || !route.covers(wanted.value()) || wanted.value().equals(EXECUTE)) {
        continue;
      }
      if (route.allows(method)) {
        String target = query < 0 ? wanted.sent() : wanted.sent() + uri.substring(query);
        return new Exposure(target, null, "");
      }
      methods.add(route.method().equals("GET") ? "GET, HEAD" : route.method());
    }
    if (methods.isEmpty()) {
      return refused(Refusals.notExposed(agent, wanted.value()));
    }
    String allow = String.join(", ", methods);
    return new Exposure("", Refusals.methodNotExposed(method, allow), allow);
  }

  private static Exposure refused(Problem problem) {
    return new Exposure("", problem, "");
  }

  private static boolean isPlain(String uri, int from) {
    for (int i = from; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c > '~' || c == '#') {
        return false;
      }
    }
    return true;
  }
}
