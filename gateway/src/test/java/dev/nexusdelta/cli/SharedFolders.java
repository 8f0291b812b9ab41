package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.LedgerState;
import dev.nexusdelta.consensus.Pace;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.consensus.Transport;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;

/** Data folders of two gateways that were one cluster, and do not run. */
@NullUnmarked // a null fails the test as well
final class SharedFolders {
  private final Map<String, Function<String, Future<String>>> doors = new ConcurrentHashMap<>();
  private final Vertx vertx = Vertx.vertx();

  private SharedFolders() {}

  /**
   * Makes both.
   *
   * @param writer whether the first one may write alone
   */
  static void make(Path first, Path second, boolean writer) throws Exception {
    SharedFolders made = new SharedFolders();
    try {
      made.run(
          List.of(first, second),
          writer
              ? List.of(Settings.Writer.THIS, Settings.Writer.OTHER)
              : List.of(Settings.Writer.NONE, Settings.Writer.NONE));
    } finally {
      get(made.vertx.close());
    }
  }

  /** Everything that is stored in one. */
  static Map<String, String> rows(Path data) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      SqliteAcceptor file = get(SqliteAcceptor.open(vertx, data.resolve("registry.db")));
      Map<String, String> rows = get(file.load());
      get(file.close());
      return rows;
    } finally {
      get(vertx.close());
    }
  }

  private void run(List<Path> folders, List<Settings.Writer> writers) throws Exception {
    List<SqliteAcceptor> files = new ArrayList<>();
    List<Ledger> ledgers = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      Files.createDirectories(folders.get(i));
      SqliteAcceptor file = get(SqliteAcceptor.open(vertx, folders.get(i).resolve("registry.db")));
      files.add(file);
      Door door = new Door();
      Settings settings = new Settings(2, true, writers.get(i));
      Ledger ledger =
          get(
              Ledger.open(
                  vertx,
                  new Ledger.Parts(
                      file, door, settings, Pace.USUAL, System::nanoTime, new Random())));
      doors.put(ledger.memberId(), door.handler);
      ledgers.add(ledger);
    }
    List<String> ids = ledgers.stream().map(Ledger::memberId).toList();
    ledgers.forEach(ledger -> ledger.sighted(ids));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!ledgers.stream().allMatch(SharedFolders::belongs)) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    for (Ledger ledger : ledgers) {
      get(ledger.close());
    }
    for (SqliteAcceptor file : files) {
      get(file.close());
    }
  }

  private static boolean belongs(Ledger ledger) {
    List<LedgerState.Seen> members = ledger.state().members();
    return members.size() == 2
        && members.stream().allMatch(LedgerState.Seen::belongs)
        && ledger.state().leader().isPresent()
        && !ledger.entries().isEmpty();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private final class Door implements Transport {
    volatile Function<String, Future<String>> handler;

    @Override
    public Future<String> send(String memberId, String text) {
      Function<String, Future<String>> there = doors.get(memberId);
      return there == null ? Future.failedFuture("away") : there.apply(text);
    }

    @Override
    public void receive(Function<String, Future<String>> each) {
      handler = each;
    }
  }
}
