package dev.nexusdelta.fleet;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Reads over all hosts: an agent may have had replicas on several. */
final class HostReads {
  private HostReads() {}

  static Future<List<LogLine>> logs(
      Collection<ReplicaHost> hosts, AgentName agent, LogQuery query) {
    List<Future<List<LogLine>>> parts =
        hosts.stream().map(host -> host.logs(agent, query)).toList();
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

  static ReplicaHost.Closeable follow(
      Collection<ReplicaHost> hosts, AgentName agent, Consumer<LogLine> lines) {
    List<ReplicaHost.Closeable> parts =
        hosts.stream().map(host -> host.follow(agent, lines)).toList();
    return () -> parts.forEach(ReplicaHost.Closeable::close);
  }
}
