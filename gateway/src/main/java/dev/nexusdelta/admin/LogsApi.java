package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/agents/{name}/logs}: one JSON object a line, on request going on as they come. */
final class LogsApi {
  private static final String NDJSON = "application/x-ndjson";
  private static final int TAIL = 100;
  private static final int LONGEST_TAIL = 10_000;

  private final FleetControl fleet;
  private final Changes changes;
  private final Followers followers;
  private final InstantSource clock;

  LogsApi(FleetControl fleet, Changes changes, Followers followers, InstantSource clock) {
    this.fleet = fleet;
    this.changes = changes;
    this.followers = followers;
    this.clock = clock;
  }

  void mount(Routes routes) {
    routes.get("/api/v1/agents/{name}/logs", this::logs);
  }

  private void logs(RoutingContext ctx) {
    AgentSpec spec = changes.existing(Params.name(ctx));
    AgentName agent = spec.name();
    LogQuery query =
        new LogQuery(
            Params.moment(ctx, "since", clock), Params.number(ctx, "tail", TAIL, LONGEST_TAIL));
    boolean follow = Params.flag(ctx, "follow", false);
    if (follow && ctx.request().method().equals(HttpMethod.GET)) {
      fleet
          .trouble(spec.manifest().run())
          .ifPresent(
              reason -> {
                throw Refusals.engineAway(reason);
              });
      follow(ctx, agent, query);
    } else {
      Answers.when(
          ctx, fleet.logs(agent, query), lines -> Answers.text(ctx, 200, NDJSON, text(lines)));
    }
  }

  private static String text(List<LogLine> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(AgentJson.logLine(line).encode()).append('\n'));
    return text.toString();
  }

  private void follow(RoutingContext ctx, AgentName agent, LogQuery query) {
    Follower follower = followers.open(ctx, NDJSON);
    Joint joint = new Joint(follower);
    ReplicaHost.Closeable feed = fleet.follow(agent, joint::live);
    follower.onEnd(feed::close);
    Context context = Answers.context(ctx);
    fleet
        .logs(agent, query)
        .onComplete(
            done ->
                context.runOnContext(
                    go -> {
                      if (done.succeeded()) {
                        joint.history(done.result());
                      } else {
                        follower.end();
                      }
                    }));
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
        follower.send(chunk(line));
      } else if (early.size() < Follower.WAITING) {
        early.add(line);
      } else {
        follower.end();
      }
    }

    synchronized void history(List<LogLine> lines) {
      if (!lines.isEmpty()) {
        follower.send(Buffer.buffer(text(lines)));
      }
      List<LogLine> waited = early == null ? List.of() : early;
      early = null;
      if (!waited.isEmpty()) {
        Set<LogLine> known = new HashSet<>(lines);
        waited.stream()
            .filter(line -> !known.contains(line))
            .forEach(line -> follower.send(chunk(line)));
      }
    }

    private static Buffer chunk(LogLine line) {
      return Buffer.buffer(AgentJson.logLine(line).encode() + "\n");
    }
  }
}
