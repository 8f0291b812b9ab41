package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keyed calls over the table that all gateways share and the store of this one.
 *
 * <p>A claim enters the table first, which lets one of many through, then the store, which knows
 * what ended before; only then may its call be sent. An end is stored first, then leaves the table:
 * whoever finds the table empty finds the end in the store. Ends told by other gateways are stored
 * here as well. Thread-safe.
 */
public final class ClaimedCalls implements KeyedCalls {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedCalls.class);

  private final ClaimTable table;
  private final ClaimStore store;
  private final String owner;
  private final InstantSource clock;
  private final Map<CallKey, Promise<Void>> waited = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();

  /**
   * Joins the two.
   *
   * @param owner this run of this gateway; no other run has that name
   */
  public ClaimedCalls(ClaimTable table, ClaimStore store, String owner, InstantSource clock) {
    this.table = table;
    this.store = store;
    this.owner = owner;
    this.clock = clock;
    table.watch(this::ended);
  }

  @Override
  public Future<Standing> claim(CallKey key, Fingerprint print, String requestId) {
    long now = clock.millis();
    String attempt = owner + '/' + count.incrementAndGet();
    Claim wish = Claim.begun(key, print, attempt, requestId, now);
    // Waits before it looks: an end between the two would never be heard of.
    Promise<Void> over = waited.computeIfAbsent(key, any -> Promise.promise());
    return table
        .putIfAbsent(wish)
        .onFailure(e -> forget(key, over))
        .compose(there -> there == null ? remember(wish, now) : standing(there, print, now, over));
  }

  /** Nobody will tell of an end: whoever waits looks again. */
  private void forget(CallKey key, Promise<Void> over) {
    waited.remove(key, over);
    over.tryComplete();
  }

  /** The table is ours; what does the store know of earlier days? */
  private Future<Standing> remember(Claim wish, long now) {
    return store
        .putIfAbsent(wish, now)
        .transform(
            written -> {
              Claim there = written.result();
              if (there != null && there.owner().equals(wish.owner())) {
                return Future.succeededFuture(new Mine(wish));
              }
              if (there == null) {
                return table
                    .end(wish, null)
                    .transform(
                        done ->
                            written.failed()
                                ? Future.failedFuture(written.cause())
                                : Future.succeededFuture(new Full()));
              }
              if (there.state().isEnd()) {
                return table.end(wish, null).map(done -> judged(there, wish.print()));
              }
              // In progress, and the table does not know it: lost with a table before this one.
              Claim end = there.lost();
              return store
                  .put(end)
                  .compose(stored -> table.end(wish, end))
                  .map(done -> judged(end, wish.print()));
            });
  }

  private static Standing judged(Claim end, Fingerprint print) {
    return end.print().equals(print) ? new Over(end) : new Reused(end);
  }

  private Future<Standing> standing(Claim there, Fingerprint print, long now, Promise<Void> over) {
    if (there.state().isEnd()) {
      forget(there.key(), over);
    }
    return Future.succeededFuture(
        switch (there.verdict(print, now)) {
          case REUSED -> new Reused(there);
          case OVER -> new Over(there);
          // An expired one leaves the table at once.
          case BUSY, EXPIRED -> new Busy(there, over.future());
        });
  }

  @Override
  public Future<Void> end(Claim mine, ClaimState end) {
    Claim ended = mine.ended(end);
    return store
        .put(ended)
        .onFailure(
            e ->
                LOG.warn("how keyed call {} ended is not kept: {}", mine.requestId(), e.toString()))
        .eventually(() -> table.end(mine, ended));
  }

  @Override
  public Future<Void> release(Claim mine) {
    return store
        .remove(mine)
        .onFailure(
            e -> LOG.warn("the key of call {} stays taken: {}", mine.requestId(), e.toString()))
        .eventually(() -> table.end(mine, null));
  }

  private void ended(ClaimTable.Change change) {
    Claim end = change.end();
    Future<Void> learnt =
        end == null || end.owner().startsWith(owner + "/") ? Future.succeededFuture() : learn(end);
    learnt.onComplete(
        done -> {
          Promise<Void> over = waited.remove(change.key());
          if (over != null) {
            over.tryComplete();
          }
        });
  }

  /** How a call ended elsewhere. */
  private Future<Void> learn(Claim end) {
    return store
        .put(end)
        .onFailure(
            e ->
                LOG.warn(
                    "keyed call {} of {} is not kept here: {}",
                    end.requestId(),
                    end.owner(),
                    e.toString()));
  }
}
