package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.PlacementChannel;
import dev.nexusdelta.placement.PlacementTexts;
import dev.nexusdelta.placement.Seal;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts and placements in two maps of the cluster, one sealed text an entry.
 *
 * <p>A report carries the uuid of the member that wrote it ({@code uuid|text}) and goes with it:
 * those who stay remove what members that left had reported. Everything is read anew after the
 * join, after a member has left, and after a split cluster has merged.
 */
public final class HazelcastPlacement implements PlacementChannel {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastPlacement.class);

  private final HazelcastMember member;
  private final Seal seal;
  private final Future<Void> open;
  private final AtomicBoolean toldOfGarbage = new AtomicBoolean();
  private final AtomicReference<@Nullable HostReport> reported = new AtomicReference<>();
  private final AtomicBoolean reporting = new AtomicBoolean();
  private final Object telling = new Object();

  /** What has been heard while all is read; null = nothing is read now. Under {@code telling}. */
  private @Nullable List<Consumer<Listener>> meanwhile;

  private volatile @Nullable Listener listener;

  /** A channel of this member, whose owner closes it. */
  public HazelcastPlacement(HazelcastMember member, Seal seal) {
    this.member = member;
    this.seal = seal;
    open =
        member.run(
            hazelcast -> {
              hosts(hazelcast).addEntryListener(new Changes(this::reported), true);
              table(hazelcast, HazelcastConfig.PLACEMENT)
                  .addEntryListener(new Changes(this::assigned), true);
              tellAll(hazelcast);
              return null;
            });
    open.onFailure(e -> LOG.debug("no placement is heard: {}", e.toString()));
    // What was to be reported before the join.
    open.onSuccess(ready -> write());
    member.whenLeft(present -> look());
    member.whenMerged(
        () -> {
          write();
          look();
        });
  }

  /** Succeeds once everything is heard. */
  Future<Void> open() {
    return open;
  }

  @Override
  public Future<Void> report(HostReport report) {
    reported.set(report);
    return write();
  }

  /** The newest report; while one is on its way, the next one waits for it. */
  private Future<Void> write() {
    if (!open.succeeded() || !reporting.compareAndSet(false, true)) {
      return open;
    }
    return member
        .<Void>run(
            hazelcast -> {
              reporting.set(false);
              HostReport newest = reported.get();
              if (newest != null) {
                String uuid = hazelcast.getCluster().getLocalMember().getUuid().toString();
                String text = uuid + "|" + PlacementTexts.text(newest);
                hosts(hazelcast).set(newest.gateway(), seal.sign().apply(text));
              }
              return null;
            })
        .onFailure(e -> LOG.debug("this host is not reported: {}", e.toString()));
  }

  @Override
  public Future<Void> assign(Assignment assignment) {
    String text = seal.sign().apply(PlacementTexts.text(assignment));
    return on(
        hazelcast -> {
          table(hazelcast, HazelcastConfig.PLACEMENT).set(assignment.agent(), text);
          return null;
        });
  }

  @Override
  public Future<Void> forget(String agent) {
    return on(
        hazelcast -> {
          table(hazelcast, HazelcastConfig.PLACEMENT).delete(agent);
          return null;
        });
  }

  @Override
  public void listen(Listener to) {
    listener = to;
    open.onSuccess(ready -> look());
  }

  @Override
  public void refresh() {
    if (open.succeeded()) {
      look();
    }
  }

  private Future<Void> on(Function<HazelcastInstance, @Nullable Void> work) {
    return open.compose(ready -> member.run(work));
  }

  private void look() {
    on(hazelcast -> {
          removeOrphans(hazelcast);
          tellAll(hazelcast);
          return null;
        })
        .onFailure(e -> LOG.warn("placement is not read anew: {}", e.toString()));
  }

  /** Every survivor does, it is the same. */
  private void removeOrphans(HazelcastInstance hazelcast) {
    // First the table, then the members: who reports is a member already.
    List<Map.Entry<String, String>> all = List.copyOf(hosts(hazelcast).entrySet());
    Set<String> present = new HashSet<>();
    hazelcast.getCluster().getMembers().forEach(each -> present.add(each.getUuid().toString()));
    for (Map.Entry<String, String> entry : all) {
      Optional<String> text = seal.open().apply(entry.getValue());
      boolean orphan = text.isEmpty() || !present.contains(member(text.get()));
      if (orphan && hosts(hazelcast).remove(entry.getKey(), entry.getValue())) {
        LOG.info("the host of {} is gone with its gateway", entry.getKey());
      }
    }
  }

  /** What changes while all is read is told once more after it: the reading may be older. */
  private void tellAll(HazelcastInstance hazelcast) {
    synchronized (telling) {
      meanwhile = new ArrayList<>();
    }
    Map<String, HostReport> hosts = new HashMap<>();
    Map<String, Assignment> assignments = new HashMap<>();
    try {
      hosts(hazelcast)
          .forEach((key, text) -> host(key, text).ifPresent(report -> hosts.put(key, report)));
      table(hazelcast, HazelcastConfig.PLACEMENT)
          .forEach((key, text) -> assignment(key, text).ifPresent(it -> assignments.put(key, it)));
      tell(told -> told.all(hosts, assignments), true);
    } finally {
      synchronized (telling) {
        meanwhile = null;
      }
    }
  }

  /** One after the other, whichever thread brings them. */
  private void tell(Consumer<Listener> news, boolean all) {
    synchronized (telling) {
      Listener told = listener;
      List<Consumer<Listener>> later = meanwhile;
      if (told != null) {
        news.accept(told);
      }
      if (later != null && !all) {
        later.add(news);
      } else if (later != null && told != null) {
        later.forEach(each -> each.accept(told));
      }
    }
  }

  private void reported(String gateway, @Nullable String text) {
    if (text == null) {
      tell(told -> told.left(gateway), false);
    } else {
      host(gateway, text).ifPresent(report -> tell(told -> told.reported(report), false));
    }
  }

  private void assigned(String agent, @Nullable String text) {
    if (text == null) {
      tell(told -> told.forgotten(agent), false);
    } else {
      assignment(agent, text).ifPresent(it -> tell(told -> told.assigned(it), false));
    }
  }

  private Optional<HostReport> host(String gateway, String sealed) {
    return read(
        sealed,
        text -> PlacementTexts.report(text.substring(text.indexOf('|') + 1)),
        report -> report.gateway().equals(gateway));
  }

  private static String member(String text) {
    return text.substring(0, Math.max(0, text.indexOf('|')));
  }

  private Optional<Assignment> assignment(String agent, String sealed) {
    return read(sealed, PlacementTexts::assignment, it -> it.agent().equals(agent));
  }

  private <T> Optional<T> read(
      String sealed, Function<String, T> reader, Function<T, Boolean> named) {
    try {
      Optional<T> read = seal.open().apply(sealed).map(reader).filter(named::apply);
      if (read.isPresent()) {
        return read;
      }
      toldOfGarbage("it is not signed as it should be, or names another one than its key");
    } catch (IllegalArgumentException e) {
      toldOfGarbage(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private void toldOfGarbage(String why) {
    if (toldOfGarbage.compareAndSet(false, true)) {
      LOG.warn("an entry of placement is ignored, as will be others like it: {}", why);
    }
  }

  private static IMap<String, String> hosts(HazelcastInstance hazelcast) {
    return table(hazelcast, HazelcastConfig.HOSTS);
  }

  private static IMap<String, String> table(HazelcastInstance hazelcast, String name) {
    return hazelcast.getMap(name);
  }

  /** Hears one map, entry by entry; null = removed. */
  private record Changes(BiConsumer<String, @Nullable String> told)
      implements EntryAddedListener<String, String>,
          EntryUpdatedListener<String, String>,
          EntryRemovedListener<String, String> {
    @Override
    public void entryAdded(EntryEvent<String, String> event) {
      told.accept(event.getKey(), event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<String, String> event) {
      told.accept(event.getKey(), event.getValue());
    }

    @Override
    public void entryRemoved(EntryEvent<String, String> event) {
      told.accept(event.getKey(), null);
    }
  }
}
