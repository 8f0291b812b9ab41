package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimTable;
import dev.nexusdelta.keyed.ClaimTexts;
import dev.nexusdelta.keyed.InsistentTable;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of keyed calls in the cluster's memory. Before the member has joined, claims wait.
 *
 * <p>An end is written over the claim, which tells all gateways, and then leaves: at once where
 * there is one gateway, else after {@link #TOLD_SECONDS}, in which every other one has stored it.
 * Claims of a gateway that is gone are ended as lost by those who stay.
 */
public final class HazelcastClaims implements ClaimTable {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastClaims.class);

  /** Longer than any gateway needs to write down what it was told. */
  private static final int TOLD_SECONDS = 30;

  private final HazelcastMember member;
  private final ClaimTable insistent;
  private final List<Consumer<Change>> watchers = new CopyOnWriteArrayList<>();
  private final Future<Void> listening;

  /** A table on this member; the member's owner closes it. */
  public HazelcastClaims(HazelcastMember member) {
    this.member = member;
    insistent = new InsistentTable(new Entries(), member::again);
    listening =
        member.run(
            hazelcast -> {
              table(hazelcast).addEntryListener(new Listener(), true);
              return null;
            });
    member.whenLeft(this::endThoseOfOthers);
  }

  @Override
  public Future<@Nullable Claim> putIfAbsent(Claim claim) {
    return insistent.putIfAbsent(claim);
  }

  @Override
  public Future<Void> end(Claim claim, @Nullable Claim end) {
    return insistent.end(claim, end);
  }

  private static void end(
      IMap<String, String> table, String key, String was, String becomes, boolean alone) {
    // It may be there already, of an attempt that failed half way.
    if (alone) {
      table.remove(key, was);
      table.remove(key, becomes);
    } else if (table.replace(key, was, becomes) || becomes.equals(table.get(key))) {
      table.setTtl(key, TOLD_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void watch(Consumer<Change> seen) {
    watchers.add(seen);
  }

  private <T> Future<@Nullable T> run(Function<IMap<String, String>, @Nullable T> work) {
    return listening.compose(ready -> member.run(hazelcast -> work.apply(table(hazelcast))));
  }

  private static IMap<String, String> table(HazelcastInstance hazelcast) {
    return hazelcast.getMap(HazelcastConfig.CLAIMS);
  }

  /** Every survivor does, it is the same. */
  private void endThoseOfOthers(Set<String> gateways) {
    run(table -> {
          for (Map.Entry<String, String> entry : List.copyOf(table.entrySet())) {
            Claim claim = ClaimTexts.claim(entry.getValue());
            boolean present = gateways.stream().anyMatch(it -> claim.owner().startsWith(it + "/"));
            if (!present && claim.state().isEnd()) {
              // Whoever ended it may have been lost before it could let it leave.
              table.setTtl(entry.getKey(), TOLD_SECONDS, TimeUnit.SECONDS);
            } else if (!present) {
              end(table, entry.getKey(), entry.getValue(), ClaimTexts.text(claim.lost()), false);
              LOG.info("keyed call {} is lost with its gateway", claim.requestId());
            }
          }
          return null;
        })
        .onFailure(
            e -> {
              LOG.warn("keyed calls of a gateway that left are ended later: {}", e.toString());
              member.again(this::endThoseOfOthers);
            });
  }

  private void endThoseOfOthers() {
    member
        .members()
        .onSuccess(
            all ->
                endThoseOfOthers(
                    all.stream().map(ClusterMember::gateway).collect(Collectors.toSet())))
        .onFailure(e -> member.again(this::endThoseOfOthers));
  }

  private void tell(String key, @Nullable Claim end) {
    Change change = new Change(CallKey.of(key), end);
    watchers.forEach(watcher -> watcher.accept(change));
  }

  /** The map, which fails where it cannot tell whether a change will last. */
  private final class Entries implements ClaimTable {
    @Override
    public Future<@Nullable Claim> putIfAbsent(Claim claim) {
      String text = ClaimTexts.text(claim);
      return run(
          table -> {
            String there = table.putIfAbsent(claim.key().text(), text);
            return there == null ? null : ClaimTexts.claim(there);
          });
    }

    @Override
    public Future<Void> end(Claim claim, @Nullable Claim end) {
      String key = claim.key().text();
      String was = ClaimTexts.text(claim);
      String becomes = end == null ? null : ClaimTexts.text(end);
      return listening.compose(
          ready ->
              member.run(
                  hazelcast -> {
                    boolean alone = hazelcast.getCluster().getMembers().size() == 1;
                    if (becomes == null) {
                      table(hazelcast).remove(key, was);
                    } else {
                      HazelcastClaims.end(table(hazelcast), key, was, becomes, alone);
                    }
                    return null;
                  }));
    }

    @Override
    public void watch(Consumer<Change> seen) {
      HazelcastClaims.this.watch(seen);
    }
  }

  private final class Listener
      implements EntryUpdatedListener<String, String>,
          EntryRemovedListener<String, String>,
          EntryExpiredListener<String, String>,
          EntryEvictedListener<String, String> {
    @Override
    public void entryUpdated(EntryEvent<String, String> event) {
      Claim claim = ClaimTexts.claim(event.getValue());
      if (claim.state().isEnd()) {
        tell(event.getKey(), claim);
      }
    }

    @Override
    public void entryRemoved(EntryEvent<String, String> event) {
      tell(event.getKey(), null);
    }

    @Override
    public void entryExpired(EntryEvent<String, String> event) {
      tell(event.getKey(), null);
    }

    @Override
    public void entryEvicted(EntryEvent<String, String> event) {
      // Told as expired.
    }
  }
}
