package dev.nexusdelta.consensus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway's part in the cluster's table.
 *
 * <p>Callable from any thread; futures complete on the caller's context if it has one. What is read
 * is the committed table as this gateway knows it, without waiting.
 */
public final class Ledger {
  /** Keys that begin so are its own. */
  public static final String RESERVED = "ledger/";

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final String ID = "member";

  private final String id;
  private final String where;
  private final Running running;
  private final List<Consumer<News>> watchers = new CopyOnWriteArrayList<>();

  /** Writes that were not answered yet; on the context. */
  private final Set<Promise<Outcome>> open = new LinkedHashSet<>();

  private final Promise<Void> opening = Promise.promise();
  private @Nullable Promise<Void> closing;
  private volatile NavigableMap<String, Entry> entries = new TreeMap<>();
  private volatile Map<String, String> leftOvers = Map.of();
  private volatile LedgerState state;
  private boolean saidForgotten;

  /**
   * What a ledger works with. Whoever opened the store closes it, after the ledger.
   *
   * @param nanos a clock that never steps
   * @param random for ids and for pauses: another sequence in each process
   */
  public record Parts(
      AcceptorStore store,
      Transport transport,
      Settings settings,
      Pace pace,
      LongSupplier nanos,
      RandomGenerator random) {}

  private Ledger(Vertx vertx, Parts parts, String id, Map<String, String> rows) {
    this.id = id;
    this.where = parts.store().where();
    this.running = new Running(vertx, parts, id, rows, new Heard());
    this.state = running.member().state();
    this.leftOvers = Map.copyOf(running.member().held().leftOvers());
    look();
  }

  /**
   * Takes up what is on disk. When it succeeds, one that is alone leads already; in a cluster it
   * can be read, and leads or follows later.
   *
   * @return fails as the store fails
   */
  public static Future<Ledger> open(Vertx vertx, Parts parts) {
    return onCallersContext(
        parts
            .store()
            .load()
            .compose(rows -> identified(parts, rows))
            .compose(
                rows -> {
                  Ledger ledger = new Ledger(vertx, parts, rows.getOrDefault(ID, ""), rows);
                  ledger.running.begin(ledger.opening::tryComplete);
                  return ledger.opening.future().map(ledger);
                }));
  }

  private static Future<Map<String, String>> identified(Parts parts, Map<String, String> rows) {
    if (rows.containsKey(ID)) {
      return Future.succeededFuture(rows);
    }
    String fresh = Running.hex(parts.random());
    Map<String, String> more = new TreeMap<>(rows);
    more.put(ID, fresh);
    return parts.store().save(Map.of(ID, Optional.of(fresh))).map(more);
  }

  /**
   * Members of the cluster to which a table belongs, by id, read without taking part in it.
   *
   * @param rows of a store; none = no members yet
   */
  public static List<String> members(Map<String, String> rows) {
    return new Held(rows, new Outbox((none, done) -> done.run())).roster().members();
  }

  /** Id of this gateway's member: as long as its data folder lives. */
  public String memberId() {
    return id;
  }

  /** Where this gateway's part is stored, for people. */
  public String where() {
    return where;
  }

  /** How it stands now. */
  public LedgerState state() {
    return state;
  }

  /** The committed entries, by key; never changes once given. */
  public NavigableMap<String, Entry> entries() {
    return entries;
  }

  /** Members that the cluster has taken out for good, by id, as this gateway knows. */
  public Set<String> forgotten() {
    Entry roster = entries.get(Roster.KEY);
    return roster == null ? Set.of() : Set.copyOf(Roster.of(roster.text()).forgotten());
  }

  /** Entries of a cluster that this gateway was alone in and gave up for another, by key. */
  public Map<String, String> leftOvers() {
    return leftOvers;
  }

  /** These are taken in, or not wanted any more. */
  public void dropLeftOvers(Set<String> keys) {
    running.run(() -> keys.forEach(running.member().held()::forgetLeftOver));
  }

  /** The members that this gateway sees, itself included, the oldest first. */
  public void sighted(List<String> members) {
    running.sighted(List.copyOf(members));
  }

  /** Calls {@code watcher} with each committed change, in order, on the ledger's context. */
  public void watch(Consumer<News> watcher) {
    watchers.add(watcher);
  }

  /**
   * Writes all of the edits or none.
   *
   * @return fails as the disk fails, and then nobody knows the outcome; or because it is closed
   */
  public Future<Outcome> write(List<Edit> edits) {
    return submit(proposal(edits, ""));
  }

  private static Proposal proposal(List<Edit> edits, String forget) {
    for (Edit edit : edits) {
      if (edit.key().startsWith(RESERVED)) {
        throw new IllegalArgumentException("key '" + edit.key() + "' is the ledger's own");
      }
    }
    return new Proposal(edits, forget);
  }

  /**
   * Takes a member out of the cluster for good, so that it counts for no majority any more, and
   * writes the edits with it: all of that or none.
   *
   * @return {@code Conflict} if there is no such member, or some key is not as expected; {@code
   *     NotWritten} while it is in sight, see {@link #stillThere}
   */
  public Future<Outcome> forget(String memberId, List<Edit> edits) {
    return submit(proposal(edits, memberId));
  }

  /** Why a member is not forgotten that is in sight, or was in the last two seconds. */
  public static String stillThere(String memberId) {
    return "member " + memberId + " is still there: stop it first";
  }

  private Future<Outcome> submit(Proposal proposal) {
    Promise<Outcome> promise = Promise.promise();
    running.onContext(
        () -> {
          Throwable fault = running.fault();
          if (fault != null || closing != null) {
            promise.fail(fault != null ? fault : new IllegalStateException("the ledger is closed"));
            return;
          }
          open.add(promise);
          Consumer<Outcome> told =
              outcome -> {
                open.remove(promise);
                promise.tryComplete(outcome);
              };
          running.step(() -> running.member().submit(proposal, running.now(), told));
        });
    return onCallersContext(promise.future());
  }

  /** Ends what is under way, for two seconds at most, and is silent then. */
  public Future<Void> close() {
    Promise<Void> promise = Promise.promise();
    running.onContext(() -> closing().future().onComplete(promise));
    return onCallersContext(promise.future());
  }

  private Promise<Void> closing() {
    Promise<Void> begun = closing;
    if (begun != null) {
      return begun;
    }
    Promise<Void> last = Promise.promise();
    closing = last;
    Future<?> under = Future.join(open.stream().map(Promise::future).toList());
    under
        .timeout(2, TimeUnit.SECONDS)
        .onComplete(done -> running.onContext(() -> running.stop(last::tryComplete)));
    return last;
  }

  private final class Heard implements Running.Listener {
    @Override
    public void news(News news) {
      look();
      for (Consumer<News> watcher : watchers) {
        try {
          watcher.accept(news);
        } catch (RuntimeException e) {
          LOG.error("a watcher failed on what was committed at {}", news.committed(), e);
        }
      }
    }

    @Override
    public void stepped() {
      Member member = running.member();
      state = member.state();
      if (member.isForgotten() && !saidForgotten) {
        saidForgotten = true;
        LOG.error("{}", member.missing());
      }
      if (leftOvers.size() != member.held().leftOvers().size()) {
        leftOvers = Map.copyOf(member.held().leftOvers());
      }
    }

    @Override
    public void broken(Throwable cause) {
      List.copyOf(open).forEach(promise -> promise.tryFail(cause));
      open.clear();
      LedgerState was = state;
      state =
          new LedgerState(
              id,
              false,
              Optional.empty(),
              was.members(),
              was.committed(),
              Optional.of("the registry cannot be saved here: " + cause.getMessage()));
      if (opening.tryFail(cause)) {
        running.stop(() -> {});
      }
      Promise<Void> last = closing;
      if (last != null) {
        running.stop(() -> last.tryFail(cause));
      }
    }
  }

  private void look() {
    Map<String, Entry> committed = running.member().held().entries();
    entries = Collections.unmodifiableNavigableMap(new TreeMap<>(committed));
  }

  /** The same outcome, told on the context of whoever calls this, if it has one. */
  private static <T> Future<T> onCallersContext(Future<T> future) {
    Context caller = Vertx.currentContext();
    if (caller == null) {
      return future;
    }
    Promise<T> promise = Promise.promise();
    future.onComplete(done -> caller.runOnContext(v -> promise.handle(done)));
    return promise.future();
  }
}
