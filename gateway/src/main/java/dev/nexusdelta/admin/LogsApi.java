package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/agents/{name}/logs}: one JSON object a line, on request going on as they come.
 * Operators get the lines of all gateways' replicas, other gateways those of this one's own.
 */
final class LogsApi {
  private static final String PATH = "/api/v1/agents/{name}/logs";
  private static final String NDJSON = "application/x-ndjson";
  private static final int TAIL = 100;
  private static final int LONGEST_TAIL = 10_000;

  /** Between the lines that there are and those that come, for other gateways. */
  private static final Buffer MARK = Buffer.buffer("\n");

  private final FleetControl fleet;
  private final Changes changes;
  private final Followers followers;
  private final ClusterLogs cluster;
  private final String gateway;
  private final InstantSource clock;

  /**
   * Routes to be mounted.
   *
   * @param gateway name of this one
   */
  LogsApi(
      FleetControl fleet,
      Changes changes,
      Followers followers,
      ClusterLogs cluster,
      String gateway,
      InstantSource clock) {
    this.fleet = fleet;
    this.changes = changes;
    this.followers = followers;
    this.cluster = cluster;
    this.gateway = gateway;
    this.clock = clock;
  }

  void mount(Routes routes) {
    routes.get(Need.READ_AGENT, PATH, this::logs);
  }

  /** For other gateways, who have been let in already. */
  void mountOwn(Router router) {
    router.get(Routes.routerPath(PATH)).handler(this::own);
  }

  private LogQuery query(RoutingContext ctx) {
    return new LogQuery(
        Params.moment(ctx, "since", clock), Params.number(ctx, "tail", TAIL, LONGEST_TAIL));
  }

  private static boolean follows(RoutingContext ctx) {
    return Params.flag(ctx, "follow", false) && ctx.request().method().equals(HttpMethod.GET);
  }

  private void logs(RoutingContext ctx) {
    AgentSpec spec = changes.existing(Params.name(ctx));
    LogQuery query = query(ctx);
    Optional<String> trouble = fleet.trouble(spec.manifest().run());
    if (!follows(ctx)) {
      Answers.when(ctx, everywhere(spec.name(), query), text -> answer(ctx, text));
    } else if (trouble.isPresent() && cluster.isAlone()) {
      throw Refusals.engineAway(trouble.get());
    } else {
      followAll(ctx, spec.name(), query);
    }
  }

  private static void answer(RoutingContext ctx, Buffer text) {
    Answers.text(ctx, 200, NDJSON, text.toString());
  }

  private Future<Buffer> everywhere(AgentName agent, LogQuery query) {
    Future<ClusterLogs.Told> others = cluster.read(agent, query);
    return ownOrWhy(agent, query)
        .compose(own -> others.map(told -> text(own.and(told, query.tail()))));
  }

  private Buffer text(ClusterLogs.Told told) {
    return LogText.of(told.lines()).appendBuffer(LogText.missing(clock.instant(), told.missing()));
  }

  /** This gateway's lines; with other gateways, a host that is away takes only these. */
  private Future<ClusterLogs.Told> ownOrWhy(AgentName agent, LogQuery query) {
    return fleet
        .logs(agent, query)
        .map(lines -> new ClusterLogs.Told(lines, Map.of()))
        .recover(
            failure ->
                failure instanceof HostAwayException && !cluster.isAlone()
                    ? Future.succeededFuture(
                        new ClusterLogs.Told(
                            List.of(), Map.of(gateway, String.valueOf(failure.getMessage()))))
                    : Future.failedFuture(failure));
  }

  private void own(RoutingContext ctx) {
    AgentName agent = Params.name(ctx);
    LogQuery query = query(ctx);
    if (!follows(ctx)) {
      Answers.when(ctx, fleet.logs(agent, query), lines -> answer(ctx, LogText.of(lines)));
      return;
    }
    changes
        .find(agent)
        .flatMap(spec -> fleet.trouble(spec.manifest().run()))
        .ifPresent(
            reason -> {
              throw Refusals.engineAway(reason);
            });
    Follower follower = followers.open(ctx, NDJSON);
    Joint joint = joined(agent, follower);
    Context context = Answers.context(ctx);
    fleet
        .logs(agent, query)
        .onSuccess(
            lines ->
                context.runOnContext(
                    go -> joint.begin(LogText.of(lines).appendBuffer(MARK), lines)))
        .onFailure(e -> follower.end());
  }

  private void followAll(RoutingContext ctx, AgentName agent, LogQuery query) {
    Follower follower = followers.open(ctx, NDJSON);
    Joint joint = joined(agent, follower);
    FollowedGateways others = cluster.follow(agent, query, follower);
    Context context = Answers.context(ctx);
    ownOrWhy(agent, query)
        .compose(
            own ->
                others
                    .past()
                    .onSuccess(
                        told ->
                            context.runOnContext(
                                go -> {
                                  joint.begin(text(own.and(told, query.tail())), own.lines());
                                  others.go(told);
                                })))
        .onFailure(e -> follower.end());
  }

  private Joint joined(AgentName agent, Follower follower) {
    Joint joint = new Joint(follower);
    ReplicaHost.Closeable feed = fleet.follow(agent, joint::live);
    follower.onEnd(feed::close);
    return joint;
  }

  /**
   * Where history and live lines meet: what arrives while history is being read waits, and what
   * history holds already is not sent twice.
   */
  private static final class Joint {
    private final Follower follower;
    private @Nullable List<LogLine> early = new ArrayList<>();

    Joint(Follower follower) {
      this.follower = follower;
    }

    synchronized void live(LogLine line) {
      if (early == null) {
        follower.send(LogText.of(line));
      } else if (early.size() < Follower.WAITING) {
        early.add(line);
      } else {
        follower.end();
      }
    }

    /**
     * Sends history, then what has waited.
     *
     * @param read lines of the same source as {@link #live}
     */
    synchronized void begin(Buffer text, List<LogLine> read) {
      if (text.length() > 0) {
        follower.send(text);
      }
      List<LogLine> waited = early == null ? List.of() : early;
      early = null;
      if (!waited.isEmpty()) {
        Set<LogLine> known = new HashSet<>(read);
        waited.stream()
            .filter(line -> !known.contains(line))
            .forEach(line -> follower.send(LogText.of(line)));
      }
    }
  }
}
