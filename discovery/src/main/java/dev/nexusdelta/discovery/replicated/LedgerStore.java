package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.consensus.Change;
import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.News;
import dev.nexusdelta.consensus.Position;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.RegistryStore;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Specs and releases in a ledger, one document a key. Reads come from the committed table as this
 * gateway knows it; each write is decided by the cluster's leader on what is there, so that a
 * gateway that is behind is told of a conflict instead of undoing somebody's change.
 *
 * <p>The ledger is not closed here: whoever opened it closes it.
 */
public final class LedgerStore implements RegistryStore {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerStore.class);

  private final Ledger ledger;
  private final Writes writes;
  private final LeftOvers leftOvers;
  private final LedgerKeys keys;
  private final List<Consumer<AgentSpec>> watchers = new CopyOnWriteArrayList<>();

  private LedgerStore(Ledger ledger, Writes writes, LeftOvers leftOvers) {
    this.ledger = ledger;
    this.writes = writes;
    this.leftOvers = leftOvers;
    this.keys = new LedgerKeys(ledger, writes);
  }

  /** Works with that ledger, and begins to take in what it has left over. */
  public static LedgerStore over(Vertx vertx, Ledger ledger, TakeOver told) {
    Writes writes = new Writes(vertx, ledger);
    LedgerStore store = new LedgerStore(ledger, writes, new LeftOvers(vertx, ledger, writes, told));
    ledger.watch(store::tell);
    store.leftOvers.begin();
    return store;
  }

  /** What the sync keeps in the same ledger; open as long as this is. */
  public SyncStore sync() {
    return new LedgerSync(writes);
  }

  /** Which gateways are to be drained, in the same ledger; writes as long as this is open. */
  public LedgerDrains drains() {
    return new LedgerDrains(ledger, writes);
  }

  /** Keys of callers, in the same ledger; writes as long as this is open. */
  public LedgerKeys keys() {
    return keys;
  }

  @Override
  public Future<List<AgentSpec>> specs() {
    return writes.read(
        all -> Writes.under(all, Keys.AGENT).values().stream().map(LedgerStore::spec).toList());
  }

  static AgentSpec spec(Entry entry) {
    return spec(entry.text());
  }

  static AgentSpec spec(String text) {
    return Documents.spec(json(text));
  }

  /** A document; what is none is refused like one that says nonsense. */
  static JsonObject json(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("a stored document is no JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public Future<Void> put(AgentSpec next, long expectedRevision) {
    AgentName name = next.name();
    String key = Keys.agent(name);
    return writes
        .read(all -> Optional.ofNullable(all.get(key)))
        .compose(
            there -> {
              long found = there.map(LedgerStore::spec).map(AgentSpec::revision).orElse(0L);
              if (found != expectedRevision) {
                throw new StaleRevisionException(name, expectedRevision, found);
              }
              String text = Documents.of(next).encode();
              Optional<Position> expected = there.map(Entry::written);
              Edit edit = new Edit(key, expected, Optional.of(text));
              return writes.write(
                  "agent '" + name + "'",
                  List.of(edit),
                  entries -> {
                    Entry entry = entries.get(key);
                    long now = entry == null ? 0 : spec(entry).revision();
                    return new StaleRevisionException(name, expectedRevision, now);
                  });
            });
  }

  /** A release, and where it stands among those of its agent: the highest is the newest. */
  private record Kept(String key, Position written, long order, JsonObject release) {
    static Kept of(String key, Entry entry) {
      JsonObject json = json(entry.text());
      return new Kept(key, entry.written(), json.getLong("order"), json.getJsonObject("release"));
    }

    static String text(long order, Release release) {
      return new JsonObject().put("order", order).put("release", Documents.of(release)).encode();
    }
  }

  private static List<Kept> newestFirst(NavigableMap<String, Entry> all, AgentName agent) {
    List<Kept> kept = new ArrayList<>();
    Writes.under(all, Keys.releases(agent)).forEach((key, entry) -> kept.add(Kept.of(key, entry)));
    kept.sort(Comparator.comparing(Kept::order).thenComparing(Kept::written).reversed());
    return kept;
  }

  @Override
  public Future<List<Release>> releases(AgentName agent) {
    return writes.read(
        all ->
            newestFirst(all, agent).stream()
                .map(kept -> Documents.release(kept.release()))
                .toList());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The order is the order of writing, not of clocks, which may step. A release that is written
   * again with the same time of creation keeps its place; with another one it becomes the newest.
   */
  @Override
  public Future<Void> put(Release release, int keep) {
    return writes.write(
        "release " + release.id() + " of agent '" + release.agent() + "'",
        all -> edits(all, release, keep));
  }

  private static List<Edit> edits(NavigableMap<String, Entry> all, Release release, int keep) {
    String key = Keys.releases(release.agent()) + release.id();
    List<Kept> others = newestFirst(all, release.agent());
    Optional<Kept> before = others.stream().filter(kept -> kept.key().equals(key)).findFirst();
    boolean inPlace =
        before
            .filter(
                kept -> release.created().toString().equals(kept.release().getString("created")))
            .isPresent();
    long order = inPlace ? before.orElseThrow().order() : 1;
    if (!inPlace && !others.isEmpty()) {
      order = others.get(0).order() + 1;
    }
    List<Edit> edits = new ArrayList<>();
    edits.add(Writes.put(all, key, Kept.text(order, release)));
    if (!inPlace) {
      others.removeIf(kept -> kept.key().equals(key));
      others.stream()
          .skip(Math.max(0, keep - 1))
          .forEach(kept -> edits.add(Edit.remove(kept.key(), kept.written())));
    }
    return edits;
  }

  @Override
  public void watch(Consumer<AgentSpec> watcher) {
    watchers.add(watcher);
  }

  private void tell(News news) {
    for (Change change : news.changes()) {
      if (change.key().startsWith(Keys.AGENT) && change.text().isPresent()) {
        try {
          AgentSpec spec = spec(change.text().get());
          watchers.forEach(watcher -> watcher.accept(spec));
        } catch (IllegalArgumentException e) {
          LOG.error("a change of another gateway is left out: {}", e.getMessage());
        }
      }
    }
  }

  /** {@inheritDoc} */
  @Override
  public Future<Void> close() {
    leftOvers.end();
    writes.close();
    return Future.succeededFuture();
  }
}
