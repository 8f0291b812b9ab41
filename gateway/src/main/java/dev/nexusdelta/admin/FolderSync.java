package dev.nexusdelta.admin;

import dev.nexusdelta.admin.FoundFile.StoredCode;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.folders.FolderReading;
import dev.nexusdelta.folders.FolderReading.AgentFolder;
import dev.nexusdelta.folders.FolderWatch;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the files in {@code agents/} feed the registry: all at start, each when it changes, one when
 * an operator asks for it. A file counts when its content differs from what was applied last; else
 * the registry wins. A file that cannot be read changes nothing, and one that vanishes neither.
 *
 * <p>Callable from any thread. Files are read and their edits begun by one worker thread, in order,
 * so that an older content never overtakes a newer one.
 */
public final class FolderSync {
  private static final Logger LOG = LoggerFactory.getLogger(FolderSync.class);
  private static final Duration RESCAN = Duration.ofSeconds(2);
  private static final long AGAIN_MILLIS = 2000;
  private static final String BY = "file";

  private final Vertx vertx;
  private final AgentFolders folders;
  private final AppliedFolders applied;
  private final Registry registry;
  private final EventLog events;
  private final LongSupplier nanos;
  private final WorkerExecutor worker;

  private final SeenFolders seen;

  /** What was last complained of, so that it is told once. */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  /** Why the registry could not take it last, likewise. */
  private final Map<String, String> late = new ConcurrentHashMap<>();

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable FolderWatch watch;

  /**
   * Reads nothing yet.
   *
   * @param applied what has been given before
   * @param nanos a monotonic clock
   */
  public FolderSync(
      Vertx vertx,
      AgentFolders folders,
      AppliedFolders applied,
      Registry registry,
      EventLog events,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.folders = folders;
    this.applied = applied;
    this.seen = new SeenFolders(folders);
    this.registry = registry;
    this.events = events;
    this.nanos = nanos;
    worker = vertx.createSharedWorkerExecutor("nexus-folder-sync", 1);
  }

  /**
   * Applies every folder and watches them from now on. Bad folders are reported and skipped.
   *
   * @return fails only if the folder cannot be watched
   */
  public Future<Void> start() {
    return begin().compose(edits -> Future.join(edits).<Void>mapEmpty().otherwiseEmpty());
  }

  /** The same, but does not wait until the registry has taken it, or cannot. */
  public Future<Void> startAhead() {
    return begin().mapEmpty();
  }

  private Future<List<Future<?>>> begin() {
    return onWorker(
        () -> {
          // Watched before it is read, so that no change falls between the two.
          watch = folders.watch(this::changed, RESCAN, nanos);
          List<Future<?>> edits = new ArrayList<>();
          folders.list().forEach(reading -> edits.add(take(reading)));
          registry.agents().stream()
              .filter(spec -> !seen.has(spec.name()))
              .forEach(spec -> edits.add(codeOnly(spec.name())));
          return Future.succeededFuture(edits);
        });
  }

  /** Stops watching; edits under way end by themselves. */
  public Future<Void> close() {
    if (!closed.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return onWorker(
            () -> {
              FolderWatch open = watch;
              if (open != null) {
                open.close();
              }
              return Future.<Void>succeededFuture();
            })
        .eventually(worker::close);
  }

  private void changed(String key) {
    if (closed.get()) {
      return;
    }
    AgentName name = new AgentName(key);
    onWorker(
            () -> {
              Optional<FolderReading> reading = folders.read(name);
              return reading.isPresent() ? take(reading.get()) : vanished(name);
            })
        .onFailure(failure -> delayed(name, failure));
  }

  /** Will be tried again; what is wrong is told once, and its trace where it is not known. */
  private void delayed(AgentName name, Throwable failure) {
    String text = folders.file(name) + " is not applied yet: " + failure.getMessage();
    if (!text.equals(late.put(name.key(), text))) {
      LOG.warn(text, failure instanceof NotWrittenException ? null : failure);
    }
  }

  /** Remembers what a folder holds and gives it to the registry. Runs on the worker. */
  private Future<Void> take(FolderReading reading) {
    seen.put(reading);
    return reading.fold(
        folder -> {
          told.remove(folder.key());
          AgentName name = folder.manifest().name();
          FoundFile file = new FoundFile(folder, codeOfStored(name), false);
          return give(name, print(folder), stored -> file.onto(stored).or(() -> stored));
        },
        faulty -> {
          complain(faulty.key(), "file.refused", String.join("; ", faulty.lines()));
          // The last good manifest stays; its code may have changed all the same.
          return codeOnly(new AgentName(faulty.key()));
        },
        skipped -> {
          complain(skipped.key(), "folder.skipped", skipped.reason());
          return Future.succeededFuture();
        });
  }

  private static String print(AgentFolder folder) {
    return folder.fileHash() + " " + folder.codeHash();
  }

  private Future<Void> vanished(AgentName name) {
    seen.remove(name);
    told.remove(name.key());
    return codeOnly(name);
  }

  private Future<Void> codeOnly(AgentName name) {
    Optional<StoredCode> code = codeOfStored(name);
    return code.isEmpty()
        ? Future.succeededFuture()
        : give(
            name,
            "code " + code.get().hash(),
            stored -> stored.map(spec -> spec.deleted() ? spec : code.get().onto(spec)));
  }

  /** Lets the registry have what is news; what it cannot take now is given again. */
  private Future<Void> give(
      AgentName name, String print, Function<Optional<AgentSpec>, Optional<AgentSpec>> change) {
    if (applied.has(name.key(), print) && registry.agentOrTombstone(name).isPresent()) {
      return Future.succeededFuture();
    }
    return edit(name, change)
        .compose(given -> onWorker(() -> kept(name, print)))
        .onFailure(failure -> again(name));
  }

  private Future<Void> kept(AgentName name, String print) {
    applied.put(name.key(), print);
    late.remove(name.key());
    return Future.succeededFuture();
  }

  private void again(AgentName name) {
    if (!closed.get()) {
      vertx.setTimer(AGAIN_MILLIS, turn -> changed(name.key()));
    }
  }

  private Future<Void> edit(
      AgentName name, Function<Optional<AgentSpec>, Optional<AgentSpec>> change) {
    if (change.apply(registry.agentOrTombstone(name)).isEmpty()) {
      return Future.succeededFuture();
    }
    return registry
        .edit(name, OptionalLong.empty(), BY, stored -> change.apply(stored).orElseThrow())
        .mapEmpty();
  }

  private void complain(String key, String type, String text) {
    if (!text.equals(told.put(key, text))) {
      LOG.warn("{}", text);
      events.add(type, Optional.of(key).filter(AgentName::isValid), Optional.empty(), BY, text);
    }
  }

  /** The code on disk of what the registry wants to run; empty where there is none (any more). */
  private Optional<StoredCode> codeOfStored(AgentName name) {
    return registry
        .agent(name)
        .map(AgentSpec::manifest)
        .filter(manifest -> codePath(manifest).filter(Files::exists).isPresent())
        .map(manifest -> new StoredCode(manifest.run(), folders.codeHash(manifest)));
  }

  /** What must exist for the code to be there; empty for agents without code of their own. */
  private Optional<Path> codePath(Manifest manifest) {
    Path folder = folders.folder(manifest.name());
    return manifest
        .run()
        .fold(
            java -> Optional.of(folder.resolve(java.file())),
            command -> Optional.of(folder),
            image -> Optional.empty(),
            url -> Optional.empty());
  }

  /**
   * The code hash of a manifest that comes from elsewhere than the folder; fails with a 422 if its
   * Java code is not there.
   */
  Future<String> codeHash(Manifest manifest) {
    return onWorker(
        () -> {
          boolean java = manifest.run().fold(run -> true, run -> false, run -> false, run -> false);
          Path code = codePath(manifest).orElse(folders.root());
          if (java && !Files.isRegularFile(code)) {
            throw Refusals.missingCode(code);
          }
          return Future.succeededFuture(folders.codeHash(manifest));
        });
  }

  /** The content hash of the agent's file as it is now, good or not. */
  Future<Optional<String>> fileHash(AgentName name) {
    return onWorker(
        () ->
            Future.succeededFuture(
                folders
                    .read(name)
                    .flatMap(
                        reading ->
                            reading.fold(
                                folder -> Optional.of(folder.fileHash()),
                                faulty -> Optional.of(faulty.fileHash()),
                                skipped -> Optional.empty()))));
  }

  /**
   * Reads the agent's file now and lets {@code apply} begin an edit with it, before any other
   * reading of files; it gets nothing if there is no file, and is not called for a bad one.
   *
   * @return fails with a 422 if the file cannot be understood
   */
  <T> Future<T> withFile(AgentName name, Function<Optional<FoundFile>, Future<T>> apply) {
    return onWorker(
        () -> {
          Optional<FolderReading> reading = folders.read(name);
          reading.ifPresent(seen::put);
          Optional<FoundFile> file =
              reading.map(
                  found ->
                      found.fold(
                          folder ->
                              new FoundFile(
                                  folder,
                                  codeOfStored(folder.manifest().name()),
                                  applied.has(folder.key(), print(folder))),
                          faulty -> {
                            throw Refusals.badFile(faulty);
                          },
                          skipped -> {
                            throw Refusals.badFolder(skipped);
                          }));
          return apply.apply(file);
        });
  }

  /** Where the agent's file is, or would be. */
  Path path(AgentName name) {
    return folders.file(name);
  }

  /** The folders as last read. */
  SeenFolders seen() {
    return seen;
  }

  /** Work that may block on the disk. */
  private interface DiskWork<T> {
    Future<T> run() throws IOException;
  }

  private <T> Future<T> onWorker(DiskWork<T> work) {
    return worker.executeBlocking(work::run).compose(Function.identity());
  }
}
