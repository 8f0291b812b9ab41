package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.placement.Drains;
import io.vertx.core.Future;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Wishes to drain gateways in a ledger, one entry a gateway. Thread-safe. */
public final class LedgerDrains implements Drains {
  private final Ledger ledger;
  private final Writes writes;

  LedgerDrains(Ledger ledger, Writes writes) {
    this.ledger = ledger;
    this.writes = writes;
  }

  @Override
  public Set<String> draining() {
    return Writes.under(ledger.entries(), Keys.DRAIN).keySet().stream()
        .map(key -> key.substring(Keys.DRAIN.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * {@inheritDoc}
   *
   * <p>What is so already is written all the same: who is told that it holds must not have read a
   * table that is behind.
   */
  @Override
  public Future<Void> drain(String gateway, boolean drain) {
    return writes.write(
        "the wish to drain gateway '" + gateway + "'",
        all ->
            drain
                ? List.of(Writes.put(all, Keys.drain(gateway), gateway))
                : List.of(removed(all, gateway)));
  }

  /** Where there is no wish, the edit holds only if the leader knows of none either. */
  private static Edit removed(NavigableMap<String, Entry> all, String gateway) {
    String key = Keys.drain(gateway);
    return new Edit(key, Optional.ofNullable(all.get(key)).map(Entry::written), Optional.empty());
  }

  /** What takes back the wish, for whoever forgets the gateway in the same write. */
  public List<Edit> without(String gateway) {
    return List.of(removed(ledger.entries(), gateway));
  }

  @Override
  public void watch(Runnable changed) {
    ledger.watch(
        news -> {
          if (news.otherCluster()
              || news.changes().stream().anyMatch(it -> it.key().startsWith(Keys.DRAIN))) {
            changed.run();
          }
        });
  }
}
