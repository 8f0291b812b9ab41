package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.nexusdelta.discovery.RemoteReplicas;
import dev.nexusdelta.discovery.ReplicaRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the cluster's table of replicas. Its events are taken as they come; as some may be lost
 * with a member, the table is read anew whenever one comes or goes, after a split has merged, and
 * every ten seconds. What is missing then counts until it was missing at two of these: the table
 * itself may have been lost with members, and its owner, who looks as often, writes it again. What
 * a member published that is no more does not count, whether or not it is removed by now.
 */
public final class HazelcastReplicas implements RemoteReplicas {
  /** Attribute of a member: where it takes calls for its replicas, as {@link #way} says it. */
  public static final String HOP_URL = "hop";

  private static final String PURPOSE = "way to a gateway";

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastReplicas.class);

  private final HazelcastMember member;
  private final Seal seal;
  private final AtomicBoolean toldOfStrangers = new AtomicBoolean();

  /** As published, by id. */
  private final Map<String, Published> known = new HashMap<>();

  /** What the table did not have when it was last read in its turn. */
  private final Set<String> missing = new HashSet<>();

  /** What has changed while the table is read: that is newer than what is read. */
  private final Set<String> touched = new HashSet<>();

  private final List<Consumer<List<RemoteReplica>>> listeners = new ArrayList<>();
  private final Future<Void> following;
  private @Nullable Cluster cluster;
  private List<RemoteReplica> present = List.of();
  private boolean reading;
  private boolean again;

  /** A record and who published it. */
  private record Published(String member, ReplicaRecord replica) {}

  /**
   * Follows through this member, whose owner closes it; begins once it has joined.
   *
   * @param seal calls are passed on only where it was put on the way by who knows the secret
   */
  public HazelcastReplicas(HazelcastMember member, Seal seal) {
    this.member = member;
    this.seal = seal;
    following =
        member.run(
            hazelcast -> {
              follow(hazelcast);
              return null;
            });
    following.onFailure(e -> LOG.debug("replicas of others are not followed: {}", e.toString()));
    member.whenMerged(() -> read(false));
    member.regularly(() -> read(true));
  }

  /** The URL under which a gateway takes calls for its replicas, as others believe it. */
  public static String way(Seal seal, String url) {
    return seal.seal(PURPOSE, url);
  }

  /**
   * What {@link #way} was made of; empty where none is told, or not by who knows the secret.
   *
   * @param attributes of a member
   */
  public static Optional<String> url(Seal seal, Map<String, String> attributes) {
    try {
      return Optional.ofNullable(attributes.get(HOP_URL)).map(way -> seal.open(PURPOSE, way));
    } catch (IllegalArgumentException stranger) {
      return Optional.empty();
    }
  }

  /** Succeeds once changes are followed. */
  Future<Void> following() {
    return following;
  }

  @Override
  public synchronized void watch(Consumer<List<RemoteReplica>> listener) {
    listeners.add(listener);
    listener.accept(present);
  }

  private void follow(HazelcastInstance hazelcast) {
    synchronized (this) {
      cluster = hazelcast.getCluster();
    }
    table(hazelcast).addEntryListener(new Changes(), true);
    hazelcast
        .getCluster()
        .addMembershipListener(
            new MembershipListener() {
              @Override
              public void memberAdded(MembershipEvent event) {
                changed();
                read(false);
              }

              @Override
              public void memberRemoved(MembershipEvent event) {
                changed();
                read(false);
              }
            });
    read(false);
  }

  private static IMap<String, String> table(HazelcastInstance hazelcast) {
    return hazelcast.getMap(HazelcastConfig.REPLICAS);
  }

  /**
   * Reads the table; of several wishes while it is read, one more time is made.
   *
   * @param inTurn what is missing, and was the last time, is gone
   */
  private void read(boolean inTurn) {
    synchronized (this) {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      touched.clear();
    }
    member
        .run(hazelcast -> Map.copyOf(table(hazelcast)))
        .onComplete(
            table -> {
              boolean more;
              synchronized (this) {
                reading = false;
                more = again;
                again = false;
                if (table.succeeded()) {
                  replace(table.result(), inTurn);
                } else {
                  LOG.debug("replicas of others are as before: {}", table.cause().toString());
                }
              }
              if (more) {
                read(false);
              }
            });
  }

  private void replace(Map<String, String> table, boolean inTurn) {
    if (inTurn) {
      Set<String> before = Set.copyOf(missing);
      missing.clear();
      for (String id : known.keySet()) {
        if (!table.containsKey(id) && !touched.contains(id)) {
          missing.add(id);
        }
      }
      known.keySet().removeIf(id -> missing.contains(id) && before.contains(id));
    }
    table.forEach(
        (id, json) -> {
          if (!touched.contains(id)) {
            put(id, json);
          }
        });
    changed();
  }

  private void put(String id, @Nullable String json) {
    Optional<ReplicaRecord> replica =
        json == null ? Optional.empty() : ReplicaRecords.replica(json);
    if (json == null || replica.isEmpty()) {
      known.remove(id);
    } else {
      known.put(id, new Published(ReplicaRecords.member(json), replica.get()));
    }
  }

  private synchronized void changed(String id, @Nullable String json) {
    if (reading) {
      touched.add(id);
    }
    put(id, json);
    changed();
  }

  private synchronized void changed() {
    Cluster current = cluster;
    if (current == null) {
      return;
    }
    Map<String, String> urls = urls(current);
    Map<String, RemoteReplica> next = new TreeMap<>();
    known.forEach(
        (id, published) -> {
          String url = urls.get(published.member());
          if (url != null && published.replica().isRoutable()) {
            next.put(id, new RemoteReplica(published.replica(), url));
          }
        });
    List<RemoteReplica> all = List.copyOf(next.values());
    if (!all.equals(present)) {
      present = all;
      listeners.forEach(listener -> listener.accept(all));
    }
  }

  /** Where each other member takes calls. */
  private Map<String, String> urls(Cluster cluster) {
    Map<String, String> urls = new HashMap<>();
    for (Member each : cluster.getMembers()) {
      String way = each.getAttribute(HOP_URL);
      if (!each.localMember() && way != null) {
        open(way).ifPresent(url -> urls.put(each.getUuid().toString(), url));
      }
    }
    return urls;
  }

  private Optional<String> open(String way) {
    try {
      return Optional.of(seal.open(PURPOSE, way));
    } catch (IllegalArgumentException e) {
      if (toldOfStrangers.compareAndSet(false, true)) {
        LOG.warn("no call is passed on to a member, as to others like it: {}", e.getMessage());
      }
      return Optional.empty();
    }
  }

  private final class Changes
      implements EntryAddedListener<String, String>,
          EntryUpdatedListener<String, String>,
          EntryRemovedListener<String, String> {
    @Override
    public void entryAdded(EntryEvent<String, String> event) {
      changed(event.getKey(), event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<String, String> event) {
      changed(event.getKey(), event.getValue());
    }

    @Override
    public void entryRemoved(EntryEvent<String, String> event) {
      changed(event.getKey(), null);
    }
  }
}
