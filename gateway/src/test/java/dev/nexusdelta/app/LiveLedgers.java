package dev.nexusdelta.app;

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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;

/** Ledgers of one cluster in one process, each over a file in a data folder of its own. */
@NullUnmarked // a null fails the test as well
public final class LiveLedgers implements AutoCloseable {
  public final Vertx vertx = Vertx.vertx();
  public final List<Ledger> all = new ArrayList<>();
  private final List<SqliteAcceptor> files = new ArrayList<>();
  private final Map<String, Function<String, Future<String>>> doors = new ConcurrentHashMap<>();

  /** One more; none sees another before {@link #whole}. */
  public void open(Path data, Settings settings) throws Exception {
    Files.createDirectories(data);
    SqliteAcceptor file = get(SqliteAcceptor.open(vertx, data.resolve("registry.db")));
    files.add(file);
    Door door = new Door();
    Ledger.Parts parts =
        new Ledger.Parts(file, door, settings, Pace.USUAL, System::nanoTime, new Random());
    Ledger ledger = get(Ledger.open(vertx, parts));
    doors.put(ledger.memberId(), door.handler);
    all.add(ledger);
  }

  /** All see each other, and belong to one cluster that has a leader. */
  public void whole() {
    sight();
    until(() -> all.stream().allMatch(this::belongs));
  }

  private boolean belongs(Ledger ledger) {
    List<LedgerState.Seen> members = ledger.state().members();
    return members.size() == all.size()
        && members.stream().allMatch(LedgerState.Seen::belongs)
        && ledger.state().leader().isPresent();
  }

  /** One ends; the others know. */
  public void end(Ledger ledger) throws Exception {
    doors.remove(ledger.memberId());
    get(ledger.close());
    all.remove(ledger);
    sight();
  }

  private void sight() {
    List<String> ids = all.stream().map(Ledger::memberId).toList();
    all.forEach(ledger -> ledger.sighted(ids));
  }

  /** Waits, with a deadline. */
  public static void until(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Waits for it. */
  public static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    for (Ledger ledger : all) {
      get(ledger.close());
    }
    for (SqliteAcceptor file : files) {
      get(file.close());
    }
    get(vertx.close());
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
