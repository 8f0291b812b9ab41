package dev.nexusdelta.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nexusdelta.discovery.Release;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster engine in memory, as Swarm or Kubernetes would be one: it takes a count, chooses
 * victims itself and restarts by itself. Its replicas really listen.
 */
final class MemoryEngine implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Release> wanted = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final List<LogLine> log = new ArrayList<>();
  private final Set<String> prepared = new HashSet<>();
  private final List<String> unseen = new ArrayList<>();
  private Optional<String> trouble = Optional.empty();
  private int serial;
  @Nullable Listener listener;

  /** Gets told what happens. */
  interface Listener {
    void event(HostEvent event);

    void line(LogLine line);
  }

  record Running(ObservedReplica replica, HttpServer server) {}

  /** From now on nobody can reach it; its replicas go on. */
  synchronized void goAway(String reason) {
    trouble = Optional.of(reason);
    tell(new HostEvent.Trouble(trouble));
  }

  /** It can be reached again; does what it has missed. */
  synchronized void comeBack() {
    trouble = Optional.empty();
    unseen.forEach(running::remove);
    unseen.clear();
    tell(new HostEvent.Resynced(replicas()));
    tell(new HostEvent.Trouble(trouble));
    List.copyOf(wanted.values()).forEach(this::converge);
  }

  synchronized Optional<String> trouble() {
    return trouble;
  }

  private void reach() {
    trouble.ifPresent(
        reason -> {
          throw new HostAwayException(reason);
        });
  }

  synchronized void prepare(Release release) {
    reach();
    prepared.add(key(release));
  }

  synchronized boolean isPrepared(Release release) {
    return prepared.contains(key(release));
  }

  synchronized List<ObservedReplica> replicas() {
    return running.values().stream().map(Running::replica).toList();
  }

  synchronized List<LogLine> log() {
    return List.copyOf(log);
  }

  synchronized void scale(Release release, int count) {
    reach();
    wanted.put(key(release), release);
    counts.put(key(release), count);
    converge(release);
  }

  /** Told from outside to end one and start another. */
  synchronized void replace(String id, String reason) {
    reach();
    end(id, OptionalInt.of(143), true, reason);
  }

  synchronized void end(String id, OptionalInt code, boolean restart, String reason) {
    if (trouble.isPresent() && running.containsKey(id)) {
      running.get(id).server().stop(0);
      unseen.add(id);
      return;
    }
    Running ended = running.remove(id);
    if (ended == null) {
      throw new IllegalArgumentException("no replica '" + id + "'");
    }
    ended.server().stop(0);
    tell(new HostEvent.Gone(ended.replica(), new Exit(code, !restart, reason, List.of())));
    Release release = wanted.get(ended.replica().agent().key() + "/" + ended.replica().release());
    if (restart && release != null) {
      converge(release);
    }
  }

  private void converge(Release release) {
    List<ObservedReplica> now =
        replicas().stream()
            .filter(r -> r.agent().equals(release.agent()) && r.release().equals(release.id()))
            .toList();
    int count = counts.getOrDefault(key(release), 0);
    // Stops the oldest, whoever is preferred.
    for (int i = 0; i < now.size() - count; i++) {
      end(now.get(i).id(), OptionalInt.of(0), false, "scaled down");
    }
    for (int i = now.size(); i < count; i++) {
      start(release);
    }
  }

  private void start(Release release) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      Set<Integer> ordinals = new HashSet<>();
      replicas().stream()
          .filter(r -> r.agent().equals(release.agent()))
          .forEach(r -> ordinals.add(r.ordinal()));
      int ordinal = 1;
      while (ordinals.contains(ordinal)) {
        ordinal++;
      }
      String id = release.agent().key() + "-" + ordinal + "-" + ++serial;
      ObservedReplica replica =
          ObservedReplica.builder(
                  id,
                  release.agent(),
                  release.id(),
                  ordinal,
                  "127.0.0.1",
                  server.getAddress().getPort(),
                  Instant.EPOCH.plusSeconds(serial))
              .containerId(Optional.of("container-" + serial))
              .build();
      server.createContext("/", exchange -> serve(id, exchange));
      server.setExecutor(threads);
      server.start();
      running.put(id, new Running(replica, server));
      tell(new HostEvent.Changed(replica));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void serve(String id, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    byte[] body = id.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
    if (path.equals("/print")) {
      print(new LogLine(Instant.EPOCH, id, query));
    } else if (path.equals("/exit")) {
      threads.execute(
          () -> end(id, OptionalInt.of(Integer.parseInt(query)), true, "exit code " + query));
    }
  }

  private synchronized void print(LogLine line) {
    log.add(line);
    if (listener != null) {
      listener.line(line);
    }
  }

  private void tell(HostEvent event) {
    if (listener != null) {
      listener.event(event);
    }
  }

  private static String key(Release release) {
    return release.agent().key() + "/" + release.id();
  }

  @Override
  public synchronized void close() {
    running.values().forEach(r -> r.server().stop(0));
    running.clear();
    threads.shutdownNow();
  }
}
