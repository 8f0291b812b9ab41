package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
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

  private final FleetParts parts;
  private final FleetLoop loop;

  HostCommands(FleetParts parts, FleetLoop loop) {
    this.parts = parts;
    this.loop = loop;
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
      parts
          .metrics()
          .record(
              "nexus_replica_start_seconds",
              took,
              "agent",
              agent.key(),
              "host",
              live.host.kind(),
              "phase",
              "prepare");
    }
    loop.changed(agent);
  }

  private void noHost(LiveAgent agent, LiveRelease live) {
    live.build = RolloutFacts.Build.FAILED;
    String reason =
        "run.image needs a container host, and this gateway's host is '"
            + parts.defaultHost()
            + "': use run.java, run.command or run.url";
    agent.failed(live, new LiveRelease.Failure(reason, List.of(), Duration.ZERO));
  }

  private void buildFailed(LiveAgent agent, LiveRelease live, Throwable cause) {
    live.build = RolloutFacts.Build.FAILED;
    List<String> lines = List.of();
    if (cause instanceof BuildFailedException build) {
      lines = build.diagnostics().stream().map(String::valueOf).limit(LAST_LINES).toList();
    } else {
      // Not the code's fault, so it may pass: a full disk, no compiler.
      loop.after(BUILD_RETRY, () -> agent.retryBuild(live));
    }
    // What a compiler says is the code's own text; unlike log lines it is fit for every caller.
    String first = lines.isEmpty() ? "" : ": " + lines.get(0);
    agent.failed(live, new LiveRelease.Failure(text(cause) + first, lines, Duration.ZERO));
  }

  /** Tells the host how many replicas to run. */
  void apply(LiveAgent agent, LiveRelease live, int count, List<String> victims) {
    live.applied = count;
    live.told = true;
    if (live.host == null) {
      return;
    }
    live.host
        .apply(live.release, count, victims)
        .onFailure(failure -> loop.post(() -> refused(agent, live, failure)));
  }

  private void refused(LiveAgent agent, LiveRelease live, Throwable cause) {
    live.told = false;
    live.blocked = true;
    live.failures++;
    Duration wait =
        Duration.ofSeconds(
            Math.min(LONGEST_RETRY.toSeconds(), 1L << Math.min(live.failures - 1, 5)));
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
        .compose(lines -> replica.host.replace(replica.id(), reason))
        .onFailure(
            failure -> LOG.warn("replica {} is not replaced: {}", replica.id(), text(failure)));
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
