package dev.nexusdelta.admin;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Log lines of an agent from all other gateways, followed: a line tells when those of one are
 * missing from then on, and when they come again. While the follower is behind, they wait with
 * their gateways. Ends with the follower; all on one context.
 */
final class FollowedGateways {
  private static final long LOOK_MILLIS = 2000;
  private static final LogQuery NEW_ONES = new LogQuery(Optional.empty(), 0);

  private final Vertx vertx;
  private final Context context;
  private final OtherGateways others;
  private final InstantSource clock;
  private final AgentName agent;
  private final Follower follower;
  private final Promise<ClusterLogs.Told> past = Promise.promise();
  private final Map<String, FarLogs> open = new TreeMap<>();

  /** Those whose lines are missing, as the follower has been told. */
  private final Set<String> missing = new TreeSet<>();

  private long timer = -1;
  private boolean over;

  FollowedGateways(
      Vertx vertx,
      Context context,
      OtherGateways others,
      InstantSource clock,
      AgentName agent,
      Follower follower) {
    this.vertx = vertx;
    this.context = context;
    this.others = others;
    this.clock = clock;
    this.agent = agent;
    this.follower = follower;
  }

  void begin(LogQuery query) {
    context.runOnContext(
        go -> {
          others.names().forEach(name -> open.put(name, ask(name, query)));
          ClusterLogs.told(open).onSuccess(past::complete);
        });
    follower.onEnd(() -> context.runOnContext(go -> close()));
    follower.onRoom(() -> context.runOnContext(go -> open.values().forEach(FarLogs::resume)));
  }

  /** Those that there are; what is missing of them is told in there. Never fails. */
  Future<ClusterLogs.Told> past() {
    return past.future();
  }

  /** Goes on with those that come: the follower has been sent {@code past}. */
  void go(ClusterLogs.Told told) {
    context.runOnContext(
        go -> {
          if (over) {
            return;
          }
          missing.addAll(told.missing().keySet());
          open.keySet().removeAll(missing);
          Map.copyOf(open).forEach(this::go);
          timer = vertx.setPeriodic(LOOK_MILLIS, look -> look());
        });
  }

  private FarLogs ask(String gateway, LogQuery query) {
    return FarLogs.of(vertx, others, gateway, agent, query, true);
  }

  private void go(String gateway, FarLogs logs) {
    logs.go(this::line, why -> lost(gateway, logs, why));
  }

  private void line(LogLine line) {
    follower.send(LogText.of(line));
    if (follower.isCrowded()) {
      open.values().forEach(FarLogs::pause);
    }
  }

  private void lost(String gateway, FarLogs logs, String why) {
    open.remove(gateway, logs);
    if (!over && missing.add(gateway)) {
      follower.send(LogText.missing(clock.instant(), gateway, why));
    }
  }

  /** Whoever has come, or come back, is followed from now on. */
  private void look() {
    Set<String> present = others.present();
    Map.copyOf(open)
        .forEach(
            (gateway, logs) -> {
              // A machine that is lost may never end its connections.
              if (!present.contains(gateway)) {
                logs.close();
                lost(gateway, logs, "it is not there any more");
              }
            });
    if (follower.isCrowded()) {
      return;
    }
    for (String gateway : others.names()) {
      if (!open.containsKey(gateway)) {
        FarLogs logs = ask(gateway, NEW_ONES);
        open.put(gateway, logs);
        logs.past()
            .onSuccess(none -> again(gateway, logs))
            .onFailure(e -> lost(gateway, logs, String.valueOf(e.getMessage())));
      }
    }
  }

  private void again(String gateway, FarLogs logs) {
    if (!over) {
      missing.remove(gateway);
      follower.send(LogText.goesOn(clock.instant(), gateway));
      go(gateway, logs);
    }
  }

  private void close() {
    over = true;
    vertx.cancelTimer(timer);
    open.values().forEach(FarLogs::close);
    open.clear();
  }
}
