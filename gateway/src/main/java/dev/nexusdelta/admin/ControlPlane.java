package dev.nexusdelta.admin;

import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.scaling.ScalingHistory;
import dev.nexusdelta.sync.SyncControl;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Everything that the gateway answers beside calls of agents: overview, probes, metrics and the
 * admin API. Every route is behind the {@link Guard}, which asks for what the route needs.
 *
 * <p>One instance serves all event loops.
 */
public final class ControlPlane implements Handler<HttpServerRequest>, AutoCloseable {
  private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

  /** What callers find on their listener while the admin API has one of its own. */
  private static final Set<String> FOR_CALLERS = Set.of("/", "/livez", "/readyz", "/openapi.json");

  private final Router router;
  private final Router elsewhere;
  private final Router questions;
  private final Routes routes = new Routes();
  private final Followers followers;
  private final Supplier<String> requestIds;
  private volatile boolean closed;

  /**
   * What the control plane works on.
   *
   * @param calls recent ones
   * @param scaling what load made of the number of replicas
   * @param sync of the registry with one outside
   * @param drains of gateways of the cluster
   * @param others gateways of the cluster
   * @param market what cards need beside all that
   * @param admission who may come in
   * @param clock for "since" parameters
   * @param nanos a monotonic clock
   * @param requestIds makes ids for requests that carry none
   */
  public record Parts(
      Registry registry,
      FleetControl fleet,
      FolderSync folders,
      Metrics metrics,
      CallHistory calls,
      ScalingHistory scaling,
      SyncControl sync,
      GatewayControl gateway,
      DrainControl drains,
      OtherGateways others,
      Market market,
      Admission admission,
      InstantSource clock,
      LongSupplier nanos,
      Supplier<String> requestIds) {}

  /** Builds the routes; starts nothing. */
  public ControlPlane(Vertx vertx, Parts parts) {
    requestIds = parts.requestIds();
    followers = new Followers(parts.admission(), parts.clock());
    router = Router.router(vertx);
    Changes changes = new Changes(parts.registry(), parts.fleet(), parts.folders(), parts.sync());
    new InfoApi(parts.registry(), parts.fleet(), parts.metrics(), parts.gateway()).mount(routes);
    new AgentsApi(parts.registry(), parts.folders(), changes).mount(routes);
    new ActionsApi(parts.fleet(), changes).mount(routes);
    new ReplicasApi(parts.fleet(), changes).mount(routes);
    new ScalingApi(parts.fleet(), changes, parts.scaling(), parts.clock()).mount(routes);
    LogsApi logs =
        new LogsApi(
            parts.fleet(),
            changes,
            followers,
            new ClusterLogs(vertx, parts.others(), parts.clock()),
            parts.gateway().name(),
            parts.clock());
    logs.mount(routes);
    new EventsApi(parts.registry(), parts.fleet(), changes, followers, parts.clock()).mount(routes);
    new CallsApi(parts.calls(), parts.clock()).mount(routes);
    new OperationsApi(parts.fleet(), parts.sync()).mount(routes);
    new BackupApi(
            parts.registry(),
            changes,
            parts.folders(),
            parts.fleet().events(),
            parts.gateway(),
            parts.clock())
        .mount(routes);
    MarketApi market = new MarketApi(vertx, parts, changes);
    market.mount(routes);
    EventLog events = parts.fleet().events();
    SyncApi sync = new SyncApi(parts.sync(), changes, events, parts.nanos());
    sync.mount(routes);
    new KeysApi(parts.admission(), events, parts.clock()).mount(routes);
    new GatewayApi(parts.gateway(), parts.drains(), sync, events).mount(routes);
    new DrainApi(parts.drains(), parts.gateway(), events).mount(routes);
    Guard guard = new Guard(parts.admission(), new BadTokens(parts.nanos()), parts.clock());
    router.route().handler(this::begin).handler(guard::origin).failureHandler(this::failed);
    routes.install(router, guard);
    router.route().handler(ControlPlane::notFound);
    elsewhere = Router.router(vertx);
    elsewhere.route().handler(this::begin).handler(guard::origin).failureHandler(this::failed);
    elsewhere.route().handler(ControlPlane::notHere);
    questions = Router.router(vertx);
    questions.route().handler(this::begin).failureHandler(this::failed);
    logs.mountOwn(questions);
    market.mountOwn(questions);
    questions.route().handler(ControlPlane::notFound);
  }

  @Override
  public void handle(HttpServerRequest request) {
    router.handle(request);
  }

  /**
   * Takes a request that came to the callers' listener while the admin API has one of its own: only
   * overview, probes and the API's description are there too.
   */
  public void callers(HttpServerRequest request) {
    (FOR_CALLERS.contains(request.path()) ? router : elsewhere).handle(request);
  }

  /**
   * Takes what another gateway asks, which has proved that it is one: what is this one's own, so
   * that no question goes round.
   */
  public void questions(HttpServerRequest request) {
    questions.handle(request);
  }

  List<Routes.Route> routes() {
    return routes.all();
  }

  /** How many callers follow logs or events now. */
  public int followers() {
    return followers.count();
  }

  /** Ends every stream of logs and events; later ones are refused, and so are changes. */
  @Override
  public void close() {
    closed = true;
    followers.close();
  }

  private void begin(RoutingContext ctx) {
    var headers = ctx.response().headers();
    if (!headers.contains(Answers.REQUEST_ID)) {
      String sent = ctx.request().getHeader(Answers.REQUEST_ID);
      headers.set(
          Answers.REQUEST_ID,
          sent != null && SANE_ID.matcher(sent).matches() ? sent : requestIds.get());
    }
    headers.set("X-Content-Type-Options", "nosniff");
    if (closed && changes(ctx.request().method())) {
      Answers.problem(
          ctx,
          Problem.of(ProblemCode.DRAINING, "this gateway ends, or another one takes over from it")
              .retryAfter(1));
      return;
    }
    ctx.next();
  }

  private static boolean changes(HttpMethod method) {
    return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD);
  }

  private void failed(RoutingContext ctx) {
    Throwable cause = ctx.failure();
    if (cause != null) {
      Answers.failure(ctx, cause);
      return;
    }
    switch (ctx.statusCode()) {
      case 413 -> {
        ctx.response().putHeader("Connection", "close");
        Answers.problem(
            ctx,
            Problem.of(
                ProblemCode.TOO_LARGE, "the body is larger than " + Bodies.limit(ctx) + " bytes"));
      }
      case 400 -> Answers.failure(ctx, Refusals.invalid("the request cannot be understood"));
      default -> notFound(ctx);
    }
  }

  private static void notHere(RoutingContext ctx) {
    Answers.problem(
        ctx,
        Problem.of(ProblemCode.NOT_FOUND, "there is nothing at " + ctx.normalizedPath())
            .hint("the admin API and metrics have a listener of their own (key admin)"));
  }

  private static void notFound(RoutingContext ctx) {
    Answers.problem(
        ctx,
        Problem.of(ProblemCode.NOT_FOUND, "there is nothing at " + ctx.normalizedPath())
            .hint("GET / gives an overview, GET /openapi.json all routes"));
  }
}
