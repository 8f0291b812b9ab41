package dev.nexusdelta.consensus;

import static dev.nexusdelta.discovery.Specs.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Ledgers of one process that reach each other by calls; the network may be cut, for tests. */
public final class MemoryCluster {
  private final Vertx vertx;
  private final Map<String, Function<String, Future<String>>> handlers = new ConcurrentHashMap<>();
  private final Set<String> away = ConcurrentHashMap.newKeySet();
  private final List<Ledger> ledgers = new ArrayList<>();

  public MemoryCluster(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Some that have found each other, the first one leading. */
  public static List<Ledger> of(Vertx vertx, int size) {
    MemoryCluster cluster = new MemoryCluster(vertx);
    Settings settings = new Settings(size, true, Settings.Writer.NONE);
    for (int i = 0; i < size; i++) {
      cluster.open(new MemoryAcceptor(), settings);
    }
    cluster.sight();
    cluster.led();
    return cluster.ledgers;
  }

  public Ledger open(AcceptorStore store, Settings settings) {
    Door door = new Door();
    Ledger.Parts parts =
        new Ledger.Parts(store, door, settings, Pace.USUAL, System::nanoTime, new Random());
    Ledger ledger = await(Ledger.open(vertx, parts));
    door.id = ledger.memberId();
    if (door.handler != null) {
      handlers.put(door.id, door.handler);
    }
    ledgers.add(ledger);
    return ledger;
  }

  /** Closes it; nobody sees it any more. */
  public void close(Ledger ledger) {
    await(ledger.close());
    handlers.remove(ledger.memberId());
    ledgers.remove(ledger);
    sight();
  }

  /** Cut off, from now on, though the others do not know yet. */
  public void away(Ledger ledger, boolean now) {
    if (now) {
      away.add(ledger.memberId());
    } else {
      away.remove(ledger.memberId());
    }
  }

  /** Each sees those that it can reach. */
  public void sight() {
    for (Ledger ledger : ledgers) {
      List<String> seen = new ArrayList<>();
      for (Ledger other : ledgers) {
        boolean cut = away.contains(ledger.memberId()) || away.contains(other.memberId());
        if (other == ledger || !cut) {
          seen.add(other.memberId());
        }
      }
      ledger.sighted(seen);
    }
  }

  /** Waits until all know the same leader and belong. */
  public void led() {
    until(
        () ->
            ledgers.stream()
                .allMatch(
                    ledger ->
                        ledger.state().leader().isPresent()
                            && ledger.state().leader().equals(ledgers.get(0).state().leader())
                            && ledger.state().members().size() == ledgers.size()
                            && ledger.state().members().stream()
                                .allMatch(LedgerState.Seen::belongs)));
  }

  /** Looks until it holds, with a deadline. */
  public void until(BooleanSupplier holds) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (!holds.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        StringBuilder text = new StringBuilder("not within 20 s:");
        ledgers.forEach(ledger -> text.append('\n').append(ledger.state()));
        throw new AssertionError(text.toString());
      }
      CountDownLatch tick = new CountDownLatch(1);
      vertx.setTimer(10, timer -> tick.countDown());
      try {
        tick.await(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final class Door implements Transport {
    volatile String id = "";
    volatile Function<String, Future<String>> handler;

    @Override
    public Future<String> send(String memberId, String text) {
      Function<String, Future<String>> there = handlers.get(memberId);
      if (there == null || away.contains(id) || away.contains(memberId)) {
        return Future.failedFuture("away");
      }
      return there
          .apply(text)
          .compose(
              answer ->
                  away.contains(id) || away.contains(memberId)
                      ? Future.failedFuture("away")
                      : Future.succeededFuture(answer));
    }

    @Override
    public void receive(Function<String, Future<String>> each) {
      handler = each;
    }
  }
}
