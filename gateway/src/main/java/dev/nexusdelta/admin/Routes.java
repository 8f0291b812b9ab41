package dev.nexusdelta.admin;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The table of everything that the control plane answers. A route is guarded by the admin token
 * unless it is registered as open, so a forgotten guard locks a route and never opens one.
 *
 * <p>Filled by one thread before it is installed.
 */
final class Routes {
  private final List<Route> routes = new ArrayList<>();

  /**
   * One route.
   *
   * @param path as OpenAPI writes it, {@code /api/v1/agents/{name}}
   * @param open needs no token
   * @param largest body that is read, bytes
   */
  record Route(
      HttpMethod method, String path, boolean open, int largest, Handler<RoutingContext> handler) {
    String routerPath() {
      return Routes.routerPath(path);
    }
  }

  /** The path as routers write it. */
  static String routerPath(String path) {
    return path.replace("{", ":").replace("}", "");
  }

  /** A route that anybody may call. */
  void open(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, path, true, handler);
  }

  void get(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, path, false, handler);
  }

  void post(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.POST, path, false, handler);
  }

  void put(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.PUT, path, false, handler);
  }

  void patch(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.PATCH, path, false, handler);
  }

  void delete(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.DELETE, path, false, handler);
  }

  /** One that takes bodies of up to {@code largest} bytes. */
  void post(String path, int largest, Handler<RoutingContext> handler) {
    routes.add(new Route(HttpMethod.POST, path, false, largest, handler));
  }

  private void add(HttpMethod method, String path, boolean open, Handler<RoutingContext> handler) {
    routes.add(new Route(method, path, open, Bodies.LIMIT, handler));
  }

  List<Route> all() {
    return List.copyOf(routes);
  }

  /**
   * Puts everything into the router, in this order: the guard of all that is not open, bodies, the
   * handlers, and a 405 with {@code Allow} for every path.
   */
  void install(Router router, Handler<RoutingContext> token) {
    router.route("/api").handler(token);
    router.route("/api/*").handler(token);
    Map<String, TreeSet<String>> methods = new LinkedHashMap<>();
    for (Route route : routes) {
      TreeSet<String> allowed = methods.computeIfAbsent(route.routerPath(), p -> new TreeSet<>());
      allowed.add(route.method().name());
      var installed = router.route(route.method(), route.routerPath());
      if (route.method().equals(HttpMethod.GET)) {
        installed.method(HttpMethod.HEAD);
        allowed.add(HttpMethod.HEAD.name());
      }
      if (!route.open()) {
        installed.handler(token);
      }
      if (hasBody(route.method())) {
        Bodies bodies = new Bodies(route.largest());
        installed.handler(bodies::check).handler(bodies::read);
      }
      installed.handler(route.handler());
    }
    methods.forEach(
        (path, allowed) ->
            router.route(path).handler(ctx -> refuse(ctx, String.join(", ", allowed))));
  }

  private static boolean hasBody(HttpMethod method) {
    return method.equals(HttpMethod.POST)
        || method.equals(HttpMethod.PUT)
        || method.equals(HttpMethod.PATCH);
  }

  private static void refuse(RoutingContext ctx, String allow) {
    ctx.response().putHeader(HttpHeaders.ALLOW, allow);
    Answers.problem(
        ctx,
        Problem.of(
            ProblemCode.METHOD_NOT_ALLOWED,
            ctx.request().method()
                + " is not offered by "
                + ctx.normalizedPath()
                + ", but "
                + allow));
  }
}
