package dev.nexusdelta.admin;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The log lines that all other gateways have of an agent. Thread-safe. */
final class ClusterLogs {
  private final Vertx vertx;
  private final OtherGateways others;
  private final InstantSource clock;

  ClusterLogs(Vertx vertx, OtherGateways others, InstantSource clock) {
    this.vertx = vertx;
    this.others = others;
    this.clock = clock;
  }

  /**
   * What they have said.
   *
   * @param missing gateways whose lines are not among them, and why
   */
  record Told(List<LogLine> lines, Map<String, String> missing) {
    /** The last ones of both, oldest first. */
    Told and(Told more, int tail) {
      List<LogLine> all = new ArrayList<>(lines);
      all.addAll(more.lines());
      all.sort(Comparator.comparing(LogLine::at));
      Map<String, String> without = new TreeMap<>(missing);
      without.putAll(more.missing());
      return new Told(
          List.copyOf(all.subList(Math.max(0, all.size() - tail), all.size())), without);
    }
  }

  /** Whether there are no others. */
  boolean isAlone() {
    return others.names().isEmpty();
  }

  /** The lines that there are; never fails. */
  Future<Told> read(AgentName agent, LogQuery query) {
    if (isAlone()) {
      return Future.succeededFuture(new Told(List.of(), Map.of()));
    }
    Promise<Told> told = Promise.promise();
    context()
        .runOnContext(
            go -> {
              Map<String, FarLogs> asked = new TreeMap<>();
              others
                  .names()
                  .forEach(
                      name ->
                          asked.put(name, FarLogs.of(vertx, others, name, agent, query, false)));
              told(asked).onSuccess(told::complete);
            });
    return told.future();
  }

  /** The lines that there are and those to come, for this follower; ends with it. */
  FollowedGateways follow(AgentName agent, LogQuery query, Follower follower) {
    FollowedGateways followed =
        new FollowedGateways(vertx, context(), others, clock, agent, follower);
    followed.begin(query);
    return followed;
  }

  /** What they all have said, once each has or has failed to. */
  static Future<Told> told(Map<String, FarLogs> asked) {
    List<Future<List<LogLine>>> all = asked.values().stream().map(FarLogs::past).toList();
    return Future.join(all)
        .transform(
            done -> {
              List<LogLine> lines = new ArrayList<>();
              Map<String, String> missing = new TreeMap<>();
              asked.forEach(
                  (name, logs) ->
                      logs.past()
                          .onSuccess(lines::addAll)
                          .onFailure(e -> missing.put(name, String.valueOf(e.getMessage()))));
              return Future.succeededFuture(new Told(lines, missing));
            });
  }

  /** One of this instance's own loops, whichever it is called on. */
  private Context context() {
    return ((VertxInternal) vertx).createEventLoopContext();
  }
}
