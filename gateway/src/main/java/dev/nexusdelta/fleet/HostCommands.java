package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells hosts what was decided and writes the outcome into the release. Only on the fleet's
 * context.
 */
final class HostCommands {
  private static final Logger LOG = LoggerFactory.getLogger(HostCommands.class);
  private static final int LAST_LINES = 20;
  private static final Duration BUILD_RETRY = Duration.ofSeconds(10);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
  private static final Duration AWAY_RETRY = Duration.ofSeconds(1);

  private final FleetParts parts;
  private final FleetLoop loop;
  private final FleetMetrics metrics;

  HostCommands(FleetParts parts, FleetLoop loop, FleetMetrics metrics) {
    this.parts = parts;
    this.loop = loop;
    this.metrics = metrics;
  }

  /** Makes the release startable and puts it on record. */
  void prepare(LiveAgent agent, LiveRelease live) {
    if (live.host == null) {
      noHost(agent, live);
      return;
    }
    live.build = RolloutFacts.Build.RUNNING;
    long began = loop.now();
    Release release = live.release;
    live.host
        .prepare(release, parts.folder(release.agent()))
        .compose(done -> live.recorded ? Future.succeededFuture() : record(release))
        .onSuccess(
            done -> loop.post(() -> prepared(agent, live, Duration.ofNanos(loop.now() - began))))
        .onFailure(failure -> loop.post(() -> buildFailed(agent, live, failure)));
  }

  private Future<Void> record(Release release) {
    return parts
        .registry()
        .put(release)
        .recover(
            failure -> {
              LOG.warn(
                  "release {} of agent '{}' is not on record: {}",
                  release.id(),
                  release.agent(),
                  String.valueOf(failure.getMessage()));
              return Future.succeededFuture();
            });
  }

  private void prepared(LiveAgent agent, LiveRelease live, Duration took) {
    live.build = RolloutFacts.Build.READY;
    live.recorded = true;
    if (live.host != null) {
      metrics.built(agent, live.host, took);
    }
    loop.changed(agent);
  }

  private void noHost(LiveAgent agent, LiveRelease live) {
    live.build = RolloutFacts.Build.FAILED;
    String reason =
        "run.image needs a container host, and this gateway's host is '"
            + parts.defaultHost()
            + "': end the fleet and start it with --host docker, or use run.java, run.command or"
            + " run.url";
    agent.failed(live, new LiveRelease.Failure(reason, List.of(), Duration.ZERO));
  }

  private void buildFailed(LiveAgent agent, LiveRelease live, Throwable cause) {
    if (away(live, cause)) {
      live.build = RolloutFacts.Build.NONE;
      pause(agent, live);
      return;
    }
    live.build = RolloutFacts.Build.FAILED;
    List<String> lines = List.of();
    if (cause instanceof BuildFailedException build) {
      lines = build.diagnostics().stream().map(String::valueOf).limit(LAST_LINES).toList();
    } else {
      // Not the code's fault, so it may pass: a full disk, no compiler.
      loop.after(BUILD_RETRY, () -> agent.retryBuild(live));
    }
    // What a compiler says is the code's own text; unlike log lines it is fit for every caller.
    String said = text(cause);
    boolean more = !lines.isEmpty() && !said.contains(lines.get(0));
    agent.failed(
        live,
        new LiveRelease.Failure(said + (more ? ": " + lines.get(0) : ""), lines, Duration.ZERO));
  }

  /** Tells the host how many replicas to run. */
  void apply(LiveAgent agent, LiveRelease live, int count, List<LiveReplica> victims) {
    int serial = ++live.serial;
    live.applied = count;
    live.told = true;
    victims.forEach(victim -> victim.ending = true);
    if (live.host == null) {
      return;
    }
    live.host
        .apply(live.release, count, victims.stream().map(LiveReplica::id).toList())
        .onSuccess(done -> loop.post(() -> live.confirmed = count))
        .onFailure(
            failure ->
                loop.post(
                    () -> {
                      if (away(live, failure)) {
                        takeBack(agent, live, serial, victims);
                      } else {
                        refused(agent, live, failure);
                      }
                    }));
  }

  /** As if it had not been decided: the host was away, and did not take note. */
  private void takeBack(LiveAgent agent, LiveRelease live, int serial, List<LiveReplica> victims) {
    victims.forEach(victim -> victim.ending = false);
    if (serial == live.serial) {
      live.applied = live.confirmed;
      live.told = false;
    }
    pause(agent, live);
  }

  private static boolean away(LiveRelease live, Throwable cause) {
    return cause instanceof HostAwayException || live.trouble().isPresent();
  }

  /** Not a failure of the release: it is decided again soon, as soon as the host is back. */
  private void pause(LiveAgent agent, LiveRelease live) {
    live.paused = true;
    loop.changed(agent);
    loop.after(
        AWAY_RETRY,
        () -> {
          live.paused = false;
          loop.changed(agent);
        });
  }

  private void refused(LiveAgent agent, LiveRelease live, Throwable cause) {
    live.told = false;
    live.blocked = true;
    live.failures++;
    Duration wait = backOff(live.failures);
    loop.after(
        wait,
        () -> {
          live.blocked = false;
          loop.changed(agent);
        });
    agent.failed(live, new LiveRelease.Failure(text(cause), List.of(), wait));
  }

  /** Puts another replica in this one's place; its last log lines go with the failure. */
  void replace(LiveAgent agent, LiveReplica replica, String reason, boolean starting) {
    LiveRelease live = replica.release;
    replica.replaced = true;
    replica
        .host
        .logs(agent.spec().name(), new LogQuery(Optional.empty(), 10 * LAST_LINES))
        .otherwise(List.of())
        .onSuccess(
            lines -> {
              LiveRelease.Failure failure =
                  new LiveRelease.Failure(reason, lastOf(lines, replica.id()), Duration.ZERO);
              loop.post(() -> replaced(agent, live, failure, starting));
            })
        .onSuccess(lines -> loop.post(() -> replaceNow(replica, reason, 0)));
  }

  /** Until the host has taken note, or the replica is gone. */
  private void replaceNow(LiveReplica replica, String reason, int failures) {
    if (replica.gone || replica.seen.stopping()) {
      return;
    }
    if (replica.host.trouble().isPresent()) {
      loop.after(AWAY_RETRY, () -> replaceNow(replica, reason, failures));
      return;
    }
    replica
        .host
        .replace(replica.id(), reason)
        .onFailure(
            failure ->
                loop.post(
                    () -> {
                      LOG.warn("replica {} is not replaced yet: {}", replica.id(), text(failure));
                      loop.after(
                          backOff(failures + 1), () -> replaceNow(replica, reason, failures + 1));
                    }));
  }

  private static Duration backOff(int failures) {
    return Duration.ofSeconds(Math.min(LONGEST_RETRY.toSeconds(), 1L << Math.min(failures - 1, 5)));
  }

  private static void replaced(
      LiveAgent agent, LiveRelease live, LiveRelease.Failure failure, boolean starting) {
    if (starting) {
      agent.late(live, failure);
    } else {
      agent.failed(live, failure);
    }
  }

  private static List<String> lastOf(List<LogLine> lines, String replica) {
    List<String> own =
        lines.stream().filter(line -> line.replica().equals(replica)).map(LogLine::text).toList();
    return own.subList(Math.max(0, own.size() - LAST_LINES), own.size());
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
