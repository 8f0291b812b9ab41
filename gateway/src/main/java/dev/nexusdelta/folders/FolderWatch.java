package dev.nexusdelta.folders;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import dev.nexusdelta.manifest.AgentName;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which agents' folders change until it is closed: by notices of the kernel, gathered for 50
 * ms, and by a slow look at everything, which finds what notices miss (their number is limited, and
 * network file systems give none); the more there is to see, the more rarely.
 *
 * <p>One daemon thread does everything and calls the listener.
 */
public final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
  private static final int GATHER_MILLIS = 50;

  /** A stream of changes that never pauses is told in parts. */
  private static final long GATHER_AT_MOST = TimeUnit.MILLISECONDS.toNanos(500);

  /** Well below the 8192 that some kernels grant a user; the slow look does the rest. */
  private static final int MOST_WATCHED = 4000;

  /** A slow look at thousands of folders costs, so it may take a hundredth of the time. */
  private static final int REST = 100;

  private final Path root;
  private final WatchService service;
  private final Consumer<String> changed;
  private final long rescanNanos;
  private final LongSupplier nanos;
  private final Thread thread;
  private volatile boolean closed;

  /** Which agent a watched directory belongs to; empty text = the root. Used by one thread. */
  private final Map<WatchKey, String> owners = new HashMap<>();

  private Map<String, Long> fingerprints = new HashMap<>();

  private FolderWatch(
      Path root,
      WatchService service,
      Consumer<String> changed,
      Duration rescan,
      LongSupplier nanos) {
    this.root = root;
    this.service = service;
    this.changed = changed;
    this.rescanNanos = rescan.toNanos();
    this.nanos = nanos;
    this.thread = new Thread(this::run, "nexus-folders");
    thread.setDaemon(true);
  }

  static FolderWatch start(Path root, Consumer<String> changed, Duration rescan, LongSupplier nanos)
      throws IOException {
    Path absolute = root.toAbsolutePath();
    WatchService service = absolute.getFileSystem().newWatchService();
    FolderWatch watch = new FolderWatch(absolute, service, changed, rescan, nanos);
    // Before the caller goes on, so that nothing after this is missed.
    watch.registerAll();
    watch.fingerprints = FolderPrint.all(absolute);
    watch.thread.start();
    return watch;
  }

  @Override
  public void close() {
    closed = true;
    try {
      service.close();
      if (Thread.currentThread() != thread) {
        thread.join(TimeUnit.SECONDS.toMillis(5));
      }
    } catch (IOException e) {
      LOG.debug("closing the watch of {}: {}", root, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long lastScan = nanos.getAsLong();
    long rest = rescanNanos;
    while (!closed) {
      Set<String> keys = new TreeSet<>();
      try {
        gather(keys, Math.max(1, rest - (nanos.getAsLong() - lastScan)));
        long begun = nanos.getAsLong();
        if (begun - lastScan >= rest) {
          scan(keys);
          lastScan = nanos.getAsLong();
          rest = Math.max(rescanNanos, REST * (lastScan - begun));
        }
      } catch (ClosedWatchServiceException e) {
        return;
      } catch (InterruptedException e) {
        LOG.warn("the watch of {} was interrupted and ends", root);
        return;
      } catch (RuntimeException e) {
        LOG.error("the watch of {} failed and goes on", root, e);
      }
      keys.forEach(this::tell);
    }
  }

  private void gather(Set<String> keys, long waitNanos) throws InterruptedException {
    WatchKey key = service.poll(waitNanos, TimeUnit.NANOSECONDS);
    long begun = nanos.getAsLong();
    while (key != null) {
      collect(key, keys);
      boolean patient = nanos.getAsLong() - begun < GATHER_AT_MOST;
      key = patient ? service.poll(GATHER_MILLIS, TimeUnit.MILLISECONDS) : null;
    }
  }

  private void collect(WatchKey key, Set<String> keys) {
    String owner = owners.getOrDefault(key, "");
    Path directory = (Path) key.watchable();
    for (WatchEvent<?> event : key.pollEvents()) {
      if (!(event.context() instanceof Path child)) {
        // Too many at once: look at everything.
        scan(keys);
        continue;
      }
      String name = child.toString();
      if (CodeHash.ignored(name)) {
        continue;
      }
      String agent = directory.equals(root) ? name : owner;
      if (event.kind() == ENTRY_DELETE && directory.equals(root)) {
        forget(name);
      }
      if (event.kind() == ENTRY_CREATE) {
        register(directory.resolve(child), agent);
      }
      keys.add(agent);
    }
    if (!key.reset()) {
      owners.remove(key);
    }
  }

  /** A look at everything: finds what changed since it was last told, and watches what is new. */
  private void scan(Set<String> keys) {
    registerAll();
    Map<String, Long> now = FolderPrint.all(root);
    Set<String> all = new TreeSet<>(now.keySet());
    all.addAll(fingerprints.keySet());
    for (String agent : all) {
      Long before = fingerprints.get(agent);
      if (before == null || !before.equals(now.get(agent))) {
        keys.add(agent);
      }
    }
  }

  private void tell(String agent) {
    if (!AgentName.isValid(agent) || !agent.equals(agent.toLowerCase(Locale.ROOT))) {
      return;
    }
    // Before the listener reads: what changes after this is told again.
    long print = FolderPrint.of(root.resolve(agent));
    if (print == FolderPrint.NOTHING) {
      if (fingerprints.remove(agent) == null) {
        return;
      }
    } else {
      fingerprints.put(agent, print);
    }
    if (closed) {
      return;
    }
    try {
      changed.accept(agent);
    } catch (RuntimeException e) {
      LOG.error("the change of {} could not be handled", root.resolve(agent), e);
    }
  }

  private void registerAll() {
    watch(root, "");
    for (Path folder : FolderPrint.folders(root)) {
      register(folder, folder.getFileName().toString());
    }
  }

  /** A directory is watched before it is listed: what is made in between is then noticed. */
  private void register(Path directory, String agent) {
    int depth = directory.getNameCount() - root.getNameCount() - 1;
    if (depth > FolderPrint.LEVELS
        || owners.size() >= MOST_WATCHED
        || !Files.isDirectory(directory)) {
      return;
    }
    watch(directory, agent);
    for (Path child : FolderPrint.children(directory)) {
      register(child, agent);
    }
  }

  private void watch(Path directory, String agent) {
    try {
      // Repeating it gives the same key.
      owners.put(directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE), agent);
    } catch (IOException e) {
      // It is gone already, or the kernel's watches are used up: the slow look finds it.
      LOG.debug("{} is not watched: {}", directory, e.toString());
    }
  }

  /** A folder that was renamed keeps its watch, under a name that is wrong by now. */
  private void forget(String agent) {
    owners
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = entry.getValue().equals(agent);
              if (gone) {
                entry.getKey().cancel();
              }
              return gone;
            });
  }
}
