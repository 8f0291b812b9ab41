package dev.nexusdelta.fleet;

import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads over all hosts: an agent may have had replicas on several. */
final class HostReads {
  private HostReads() {}

  /**
   * Log lines from all hosts.
   *
   * @param needed kinds of those that must answer; others are left out while they are away
   */
  static Future<List<LogLine>> logs(
      Collection<ReplicaHost> hosts, Set<String> needed, AgentName agent, LogQuery query) {
    List<Future<List<LogLine>>> parts =
        hosts.stream()
            .filter(host -> needed.contains(host.kind()) || host.trouble().isEmpty())
            .map(host -> present(host, () -> host.logs(agent, query)))
            .toList();
    return Future.join(parts)
        .map(
            all -> {
              List<LogLine> lines =
                  parts.stream()
                      .flatMap(part -> part.result().stream())
                      .sorted(Comparator.comparing(LogLine::at))
                      .toList();
              return lines.subList(Math.max(0, lines.size() - query.tail()), lines.size());
            });
  }

  static Future<ReplicaStats> stats(ReplicaHost host, String replica) {
    return present(host, () -> host.stats(replica));
  }

  /** Asks at once or fails at once: an engine that hangs would keep the caller waiting. */
  private static <T> Future<T> present(ReplicaHost host, Supplier<Future<T>> question) {
    return host.trouble()
        .map(reason -> Future.<T>failedFuture(new HostAwayException(reason)))
        .orElseGet(question);
  }

  static ReplicaHost.Closeable follow(
      Collection<ReplicaHost> hosts, AgentName agent, Consumer<LogLine> lines) {
    List<ReplicaHost.Closeable> parts =
        hosts.stream().map(host -> host.follow(agent, lines)).toList();
    return () -> parts.forEach(ReplicaHost.Closeable::close);
  }
}
