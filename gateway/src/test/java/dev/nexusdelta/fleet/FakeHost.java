package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.Capabilities;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A host whose replicas are little HTTP servers of this process, which a test can make sick, hang,
 * or kill. How the replicas of a release behave is chosen by its command line, see {@link
 * Behaviour}.
 */
final class FakeHost implements ReplicaHost {
  /** How the replicas of one command line behave; may be changed while they run. */
  static final class Behaviour {
    volatile boolean builds = true;
    volatile boolean crashesAtStart;
    volatile int health = 200;
    volatile boolean hangs;
    volatile boolean tellsPhases;
    volatile String tools = "";
    volatile int toolsStatus = 200;
  }

  /** One running server. */
  static final class Running {
    final HttpServer server;
    final Behaviour behaviour;
    volatile Optional<Integer> health = Optional.empty();
    volatile boolean hangs;
    ObservedReplica seen;

    Running(HttpServer server, Behaviour behaviour, ObservedReplica seen) {
      this.server = server;
      this.behaviour = behaviour;
      this.seen = seen;
    }
  }

  private static final class Wish {
    final Release release;
    int count;
    int starting;
    int failures;

    Wish(Release release) {
      this.release = release;
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final String kind;
  private final boolean countable;
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Map<String, Wish> wishes = new HashMap<>();
  private final Map<String, Running> running = new LinkedHashMap<>();
  final List<String> calls = new CopyOnWriteArrayList<>();
  private Consumer<HostEvent> observer = event -> {};
  private volatile Optional<String> trouble = Optional.empty();

  /** Its calls fail as while it is away, though it does not know of any trouble yet. */
  volatile boolean dropsCalls;

  private int serial;

  FakeHost(Vertx vertx, String kind, boolean countable) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.kind = kind;
    this.countable = countable;
  }

  Behaviour behaviour(String command) {
    return behaviours.computeIfAbsent(command, key -> new Behaviour());
  }

  private Behaviour behaviour(Release release) {
    return behaviour(
        release
            .manifest()
            .run()
            .fold(Run.Java::file, Run.Command::line, Run.Image::reference, url -> "url"));
  }

  /** Its engine is down: what runs goes on, and nothing can be started or stopped. */
  void goAway(String reason) {
    trouble = Optional.of(reason);
    tell(new HostEvent.Trouble(trouble));
  }

  /** Its engine is back. */
  void comeBack() {
    context.runOnContext(
        turn -> {
          dropsCalls = false;
          trouble = Optional.empty();
          observer.accept(
              new HostEvent.Resynced(
                  running.values().stream().map(replica -> replica.seen).toList()));
          observer.accept(new HostEvent.Trouble(trouble));
          wishes.values().forEach(wish -> converge(wish, List.of()));
        });
  }

  /** The replica ends while nobody looks. */
  void vanish(String id) {
    context.runOnContext(
        turn -> {
          Running replica = running.remove(id);
          if (replica != null) {
            replica.server.close();
          }
        });
  }

  private void tell(HostEvent event) {
    context.runOnContext(turn -> observer.accept(event));
  }

  @Override
  public Optional<String> trouble() {
    return trouble;
  }

  /** As {@link #on}, for what its engine must do. */
  private <T> Future<T> byEngine(String call, java.util.function.Supplier<Future<T>> work) {
    return on(
        () -> {
          calls.add(call);
          return trouble.isPresent() || dropsCalls
              ? Future.failedFuture(new HostAwayException(trouble.orElse("connection refused")))
              : work.get();
        });
  }

  private <T> Future<T> on(java.util.function.Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(turn -> work.get().onComplete(done));
    return done.future();
  }

  /** What runs now. */
  Future<List<Running>> running() {
    return on(() -> Future.succeededFuture(List.copyOf(running.values())));
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, countable);
  }

  @Override
  public Future<List<ObservedReplica>> open(Consumer<HostEvent> newObserver) {
    return on(
        () -> {
          observer = newObserver;
          wishes.clear();
          return Future.succeededFuture(running.values().stream().map(FakeHost::adopted).toList());
        });
  }

  private static ObservedReplica adopted(Running replica) {
    ObservedReplica was = replica.seen;
    replica.seen =
        ObservedReplica.builder(
                was.id(),
                was.agent(),
                was.release(),
                was.ordinal(),
                was.address(),
                was.port(),
                was.since())
            .pid(was.pid())
            .containerId(was.containerId())
            .stopping(was.stopping())
            .adopted(true)
            .build();
    return replica.seen;
  }

  @Override
  public Future<Void> prepare(Release release, Path folder) {
    return byEngine(
        "prepare " + release.id(),
        () -> {
          return behaviour(release).builds
              ? Future.succeededFuture()
              : Future.failedFuture(
                  new BuildFailedException(
                      "it does not build",
                      List.of(
                          new BuildFailedException.Diagnostic("A.java", 3, 5, "';' expected"))));
        });
  }

  @Override
  public Future<Void> apply(Release release, int count, List<String> victims) {
    return byEngine(
        "apply " + release.id() + " " + count,
        () -> {
          Wish wish =
              wishes.computeIfAbsent(
                  release.agent().key() + "/" + release.id(), key -> new Wish(release));
          wish.count = count;
          converge(wish, victims);
          return Future.succeededFuture();
        });
  }

  private List<Running> of(Wish wish) {
    return running.values().stream()
        .filter(
            replica ->
                replica.seen.release().equals(wish.release.id())
                    && replica.seen.agent().equals(wish.release.agent())
                    && !replica.seen.stopping())
        .toList();
  }

  private void converge(Wish wish, List<String> victims) {
    List<Running> have = new ArrayList<>(of(wish));
    have.sort(
        (a, b) -> Boolean.compare(victims.contains(b.seen.id()), victims.contains(a.seen.id())));
    while (have.size() > wish.count) {
      end(have.remove(0), new Exit(OptionalInt.of(143), true, "stopped", List.of()));
    }
    for (int missing = wish.count - have.size() - wish.starting; missing > 0; missing--) {
      start(wish);
    }
  }

  private void start(Wish wish) {
    wish.starting++;
    Behaviour behaviour = behaviour(wish.release);
    if (behaviour.crashesAtStart) {
      wish.starting--;
      failed(wish, new Exit(OptionalInt.of(1), false, "exit code 1", List.of("starting", "boom")));
      return;
    }
    HttpServer server = vertx.createHttpServer();
    int ordinal = ++serial;
    String id = wish.release.agent().key() + "-" + ordinal + "-x";
    server.requestHandler(request -> answer(id, behaviour, request));
    server
        .listen(0, "127.0.0.1")
        .onSuccess(
            open ->
                context.runOnContext(
                    turn -> {
                      wish.starting--;
                      ObservedReplica seen =
                          ObservedReplica.builder(
                                  id,
                                  wish.release.agent(),
                                  wish.release.id(),
                                  ordinal,
                                  "127.0.0.1",
                                  open.actualPort(),
                                  Instant.ofEpochSecond(ordinal))
                              .pid(OptionalLong.of(4_000 + ordinal))
                              .phases(phases(behaviour))
                              .build();
                      running.put(id, new Running(open, behaviour, seen));
                      observer.accept(new HostEvent.Changed(seen));
                      converge(wish, List.of());
                    }));
  }

  private static Map<String, Duration> phases(Behaviour behaviour) {
    Map<String, Duration> phases = new LinkedHashMap<>();
    if (behaviour.tellsPhases) {
      phases.put("create", Duration.ofMillis(82));
      phases.put("boot", Duration.ofMillis(5));
    }
    return phases;
  }

  private void answer(String id, Behaviour behaviour, HttpServerRequest request) {
    Running replica = running.get(id);
    if (behaviour.hangs || (replica != null && replica.hangs)) {
      return;
    }
    if (request.path().equals("/tools")) {
      request.response().setStatusCode(behaviour.toolsStatus).end(behaviour.tools);
    } else {
      int status = replica == null ? behaviour.health : replica.health.orElse(behaviour.health);
      request.response().setStatusCode(status).end(id);
    }
  }

  private void failed(Wish wish, Exit exit) {
    wish.failures++;
    Duration delay = Duration.ofMillis(20L * wish.failures);
    observer.accept(
        new HostEvent.BackingOff(
            wish.release.agent(), wish.release.id(), wish.failures, exit, delay));
    vertx.setTimer(
        delay.toMillis(), timer -> context.runOnContext(turn -> converge(wish, List.of())));
  }

  private void end(Running replica, Exit exit) {
    running.remove(replica.seen.id());
    replica.server.close();
    observer.accept(new HostEvent.Gone(replica.seen, exit));
  }

  /** The replica dies, as by SIGKILL. */
  void kill(String id) {
    context.runOnContext(
        turn -> {
          Running replica = running.get(id);
          if (replica != null) {
            crash(replica, new Exit(OptionalInt.of(137), false, "killed by SIGKILL", List.of()));
          }
        });
  }

  private void crash(Running replica, Exit exit) {
    end(replica, exit);
    Wish wish = wishes.get(replica.seen.agent().key() + "/" + replica.seen.release());
    if (wish != null) {
      failed(wish, exit);
    }
  }

  @Override
  public Future<Void> replace(String replicaId, String reason) {
    return byEngine(
        "replace " + replicaId,
        () -> {
          Running replica = running.get(replicaId);
          if (replica != null) {
            crash(replica, new Exit(OptionalInt.of(143), true, "replaced", List.of()));
          }
          return Future.succeededFuture();
        });
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return on(
        () ->
            Future.succeededFuture(
                running.values().stream()
                    .filter(replica -> replica.seen.agent().equals(agent))
                    .map(replica -> new LogLine(Instant.EPOCH, replica.seen.id(), "a line"))
                    .toList()));
  }

  @Override
  public Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    return () -> {};
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return Future.succeededFuture(new ReplicaStats(1, Duration.ZERO));
  }

  @Override
  public Future<Void> close(boolean stopReplicas) {
    return Future.succeededFuture();
  }
}
