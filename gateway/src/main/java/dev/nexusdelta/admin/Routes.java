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
 * The table of everything that the control plane answers. What a route needs of its caller stands
 * with it; where nothing is said, that is everything, so a forgotten word locks a route and never
 * opens one.
 *
 * <p>Filled by one thread before it is installed.
 */
final class Routes {
  private final List<Route> routes = new ArrayList<>();

  /**
   * One route.
   *
   * @param path as OpenAPI writes it, {@code /api/v1/agents/{name}}
   * @param need of its caller
   * @param largest body that is read, bytes
   */
  record Route(
      HttpMethod method, String path, Need need, int largest, Handler<RoutingContext> handler) {
    String routerPath() {
      return Routes.routerPath(path);
    }

    /** Needs nothing, as long as there are no keys. */
    boolean open() {
      return need.isOpen();
    }
  }

  /** The path as routers write it. */
  static String routerPath(String path) {
    return path.replace("{", ":").replace("}", "");
  }

  void get(Need need, String path, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, need, path, handler);
  }

  void get(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, Need.ADMIN, path, handler);
  }

  void post(Need need, String path, Handler<RoutingContext> handler) {
    add(HttpMethod.POST, need, path, handler);
  }

  void post(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.POST, Need.ADMIN, path, handler);
  }

  void put(Need need, String path, Handler<RoutingContext> handler) {
    add(HttpMethod.PUT, need, path, handler);
  }

  void patch(Need need, String path, Handler<RoutingContext> handler) {
    add(HttpMethod.PATCH, need, path, handler);
  }

  void delete(Need need, String path, Handler<RoutingContext> handler) {
    add(HttpMethod.DELETE, need, path, handler);
  }

  void delete(String path, Handler<RoutingContext> handler) {
    add(HttpMethod.DELETE, Need.ADMIN, path, handler);
  }

  /** One that takes bodies of up to {@code largest} bytes. */
  void post(String path, int largest, Handler<RoutingContext> handler) {
    routes.add(new Route(HttpMethod.POST, path, Need.ADMIN, largest, handler));
  }

  private void add(HttpMethod method, Need need, String path, Handler<RoutingContext> handler) {
    routes.add(new Route(method, path, need, Bodies.LIMIT, handler));
  }

  List<Route> all() {
    return List.copyOf(routes);
  }

  /**
   * Puts everything into the router, in this order: the guard, bodies, the handlers, and a 405 with
   * {@code Allow} for every path.
   */
  void install(Router router, Guard guard) {
    router.route("/api").handler(guard::known);
    router.route("/api/*").handler(guard::known);
    Map<String, TreeSet<String>> methods = new LinkedHashMap<>();
    for (Route route : routes) {
      TreeSet<String> allowed = methods.computeIfAbsent(route.routerPath(), p -> new TreeSet<>());
      allowed.add(route.method().name());
      var installed = router.route(route.method(), route.routerPath());
      if (route.method().equals(HttpMethod.GET)) {
        installed.method(HttpMethod.HEAD);
        allowed.add(HttpMethod.HEAD.name());
      }
      installed.handler(guard.permitting(route.need()));
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
