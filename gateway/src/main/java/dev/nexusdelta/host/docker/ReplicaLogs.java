package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs of one host's replicas: the engine has those of the living, files those of the dead. For the
 * supervisor's context only.
 */
final class ReplicaLogs {
  private static final Logger log = LoggerFactory.getLogger(ReplicaLogs.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int KEPT_LINES = 10_000;
  private static final int LAST_LINES = 20;

  private final Actor actor;
  private final ContainerLogs engine;
  private final DeadLogs dead;
  private final Supplier<List<Supervised<String>>> living;
  private final Set<Follower> followers = new HashSet<>();

  ReplicaLogs(
      Actor actor, ContainerLogs engine, DeadLogs dead, Supplier<List<Supervised<String>>> living) {
    this.actor = actor;
    this.engine = engine;
    this.dead = dead;
    this.living = living;
  }

  /**
   * Writes down what a container that has ended wrote, as long as it can be read.
   *
   * @return its last lines; fails only while the engine is away
   */
  Future<List<String>> keep(AgentName agent, String replica, String container) {
    return engine
        .read(container, new LogQuery(Optional.empty(), KEPT_LINES), PATIENCE)
        .recover(
            failure -> {
              if (failure instanceof EngineFailure.Away) {
                return Future.failedFuture(failure);
              }
              log.debug("the log of {} is lost: {}", replica, failure.toString());
              return Future.succeededFuture(List.of());
            })
        .compose(lines -> write(agent, replica, lines));
  }

  private Future<List<String>> write(AgentName agent, String replica, List<ContainerLine> lines) {
    List<String> last =
        lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
            .map(ContainerLine::text)
            .toList();
    if (lines.isEmpty()) {
      return Future.succeededFuture(last);
    }
    Set<String> alive = new HashSet<>();
    living.get().forEach(r -> alive.add(r.id));
    alive.remove(replica);
    return actor
        .files(
            () -> {
              dead.keep(agent, replica, lines, alive::contains);
              return last;
            })
        .otherwise(
            failure -> {
              log.warn("cannot keep the log of {}: {}", replica, failure.toString());
              return last;
            });
  }

  /** Lines of the agent's replicas, oldest first. */
  Future<List<LogLine>> read(AgentName agent, LogQuery query) {
    List<Future<List<LogLine>>> parts = new ArrayList<>();
    parts.add(actor.files(() -> dead.read(agent)));
    for (Supervised<String> replica : started(agent)) {
      parts.add(
          engine
              .read(ContainerEnds.containerOf(replica), query, PATIENCE)
              .map(
                  lines ->
                      lines.stream()
                          .map(line -> new LogLine(line.at(), replica.id, line.text()))
                          .toList())
              .recover(
                  failure ->
                      failure instanceof EngineFailure.NotFound
                          ? Future.succeededFuture(List.of())
                          : Future.failedFuture(failure)));
    }
    return Future.all(parts).map(all -> merged(parts, query));
  }

  private static List<LogLine> merged(List<Future<List<LogLine>>> parts, LogQuery query) {
    List<LogLine> all = new ArrayList<>();
    Set<String> alive = new HashSet<>();
    for (int i = 1; i < parts.size(); i++) {
      all.addAll(parts.get(i).result());
    }
    all.forEach(line -> alive.add(line.replica()));
    parts.get(0).result().stream().filter(l -> !alive.contains(l.replica())).forEach(all::add);
    query.since().ifPresent(since -> all.removeIf(line -> line.at().isBefore(since)));
    all.sort(Comparator.comparing(LogLine::at));
    return List.copyOf(all.subList(Math.max(0, all.size() - query.tail()), all.size()));
  }

  /** Hands over new lines until closed, those of replicas that start later too. */
  ReplicaHost.Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    Follower follower = new Follower(agent, lines);
    actor.run(
        () -> {
          if (!follower.closed) {
            followers.add(follower);
            started(agent).forEach(replica -> follower.begin(replica, 0));
          }
        });
    return follower;
  }

  /** A replica was started or adopted. */
  void appeared(Supervised<String> replica, boolean fresh) {
    followers.stream()
        .filter(follower -> follower.agent.equals(replica.agent))
        .forEach(follower -> follower.begin(replica, fresh ? Integer.MAX_VALUE : 0));
  }

  private List<Supervised<String>> started(AgentName agent) {
    return living.get().stream()
        .filter(replica -> replica.agent.equals(agent) && replica.running() != null)
        .toList();
  }

  private final class Follower implements ReplicaHost.Closeable {
    private final AgentName agent;
    private final Consumer<LogLine> lines;
    private final Map<String, ReplicaHost.Closeable> open = new HashMap<>();
    private volatile boolean closed;

    Follower(AgentName agent, Consumer<LogLine> lines) {
      this.agent = agent;
      this.lines = lines;
    }

    void begin(Supervised<String> replica, int tail) {
      String container = ContainerEnds.containerOf(replica);
      if (closed || open.containsKey(container)) {
        return;
      }
      try {
        open.put(
            container,
            engine.follow(
                container,
                new LogQuery(Optional.empty(), tail),
                batch -> batch.forEach(line -> hand(replica.id, line)),
                () -> open.remove(container)));
      } catch (IllegalStateException tooMany) {
        log.warn("the log of {} is not followed: {}", replica.id, tooMany.getMessage());
      }
    }

    private void hand(String replica, ContainerLine line) {
      if (!closed) {
        lines.accept(new LogLine(line.at(), replica, line.text()));
      }
    }

    @Override
    public void close() {
      closed = true;
      actor.run(
          () -> {
            followers.remove(this);
            open.values().forEach(ReplicaHost.Closeable::close);
            open.clear();
          });
    }
  }
}
