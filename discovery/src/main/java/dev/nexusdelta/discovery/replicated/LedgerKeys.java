package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.News;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyStore;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keys in a ledger. Each has three entries, which come and go together: itself, its name, so that
 * no other can take it, and when it was last used. Thread-safe; the ring is made anew when keys
 * change, and reading it costs nothing.
 */
public final class LedgerKeys implements KeyStore {
  /** In place of a time. */
  private static final String NEVER = "never";

  private final Ledger ledger;
  private final Writes writes;
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private volatile KeyRing ring = KeyRing.EMPTY;

  LedgerKeys(Ledger ledger, Writes writes) {
    this.ledger = ledger;
    this.writes = writes;
    ledger.watch(this::hear);
    look(false);
  }

  private void hear(News news) {
    boolean changed =
        news.otherCluster()
            || news.changes().stream().anyMatch(change -> change.key().startsWith(Keys.KEY));
    if (changed) {
      look(news.otherCluster());
      watchers.forEach(Runnable::run);
    }
  }

  /**
   * Where a cluster that this gateway has joined has no keys, those that were here hold until they
   * are taken in: nobody gets in without one meanwhile.
   */
  private synchronized void look(boolean otherCluster) {
    List<ApiKey> keys = keys(texts(ledger.entries()));
    if (keys.isEmpty() && otherCluster) {
      return;
    }
    ring = new KeyRing(keys.isEmpty() ? keys(ledger.leftOvers()) : keys);
  }

  private static Map<String, String> texts(NavigableMap<String, Entry> all) {
    Map<String, String> texts = new LinkedHashMap<>();
    Writes.under(all, Keys.KEY).forEach((key, entry) -> texts.put(key, entry.text()));
    return texts;
  }

  private static List<ApiKey> keys(Map<String, String> texts) {
    List<ApiKey> keys = new ArrayList<>();
    texts.forEach(
        (key, text) -> {
          if (key.startsWith(Keys.KEY)) {
            keys.add(KeyTexts.key(key.substring(Keys.KEY.length()), text));
          }
        });
    return keys;
  }

  @Override
  public KeyRing ring() {
    return ring;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Whether the name is taken is decided where the write is, not by what is known here.
   */
  @Override
  public Future<Void> add(ApiKey key) {
    String name = Keys.keyName(key.name());
    return writes.write(
        "key '" + key.name() + "'",
        List.of(
            Edit.add(Keys.key(key.id()), KeyTexts.text(key)),
            Edit.add(name, key.id()),
            Edit.add(Keys.keyUse(key.id()), NEVER)),
        found ->
            found.containsKey(name)
                ? new NameTakenException(key.name())
                : new IllegalStateException("a key with the id " + key.id() + " exists"));
  }

  @Override
  public Future<Boolean> remove(String id) {
    AtomicBoolean was = new AtomicBoolean();
    return writes
        .write(
            "key " + id,
            all -> {
              Entry there = all.get(Keys.key(id));
              was.set(was.get() || there != null);
              return there == null ? List.of() : without(all, id, there);
            })
        .map(done -> was.get());
  }

  private static List<Edit> without(NavigableMap<String, Entry> all, String id, Entry there) {
    List<Edit> edits = new ArrayList<>();
    edits.add(Edit.remove(Keys.key(id), there.written()));
    // One that cannot be read has its name all the same.
    Writes.under(all, Keys.KEY_NAME)
        .forEach(
            (key, entry) -> {
              if (entry.text().equals(id)) {
                edits.add(Edit.remove(key, entry.written()));
              }
            });
    Optional.ofNullable(all.get(Keys.keyUse(id)))
        .ifPresent(use -> edits.add(Edit.remove(Keys.keyUse(id), use.written())));
    return edits;
  }

  @Override
  public Map<String, Instant> lastUses() {
    Map<String, Instant> uses = new LinkedHashMap<>();
    Writes.under(ledger.entries(), Keys.KEY_USE)
        .forEach(
            (key, entry) ->
                time(entry.text())
                    .ifPresent(at -> uses.put(key.substring(Keys.KEY_USE.length()), at)));
    return uses;
  }

  /**
   * {@inheritDoc}
   *
   * <p>In one write. Of a key that is gone, nothing is put down.
   */
  @Override
  public Future<Void> used(Map<String, Instant> uses) {
    return writes.write("when keys were used", all -> later(all, uses));
  }

  private static List<Edit> later(NavigableMap<String, Entry> all, Map<String, Instant> uses) {
    List<Edit> edits = new ArrayList<>();
    uses.forEach(
        (id, at) -> {
          Entry there = all.get(Keys.keyUse(id));
          if (there != null && time(there.text()).filter(known -> !known.isBefore(at)).isEmpty()) {
            edits.add(Edit.replace(Keys.keyUse(id), there.written(), at.toString()));
          }
        });
    return edits;
  }

  private static Optional<Instant> time(String text) {
    if (text.equals(NEVER)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void watch(Runnable changed) {
    watchers.add(changed);
  }
}
