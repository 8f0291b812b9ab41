package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.nexusdelta.discovery.ReplicaDirectory;
import dev.nexusdelta.discovery.ReplicaRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes this gateway's replicas in the cluster's table, where the {@link HazelcastBackend} of
 * any Vert.x program finds them.
 *
 * <p>What is wanted is kept here; every write takes the newest wish, so late and repeated writes do
 * no harm; what fails is written again. What the table has lost, as it does when more members are
 * killed at once than it has copies, is written again when one leaves, after a split cluster has
 * merged, and every ten seconds. Futures complete once the table has it: after the join, for what
 * was published before.
 */
public final class HazelcastDirectory implements ReplicaDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastDirectory.class);

  private final HazelcastMember member;
  private final Map<String, ReplicaRecord> published = new ConcurrentHashMap<>();

  /** A directory on this member; the member's owner closes it. */
  public HazelcastDirectory(HazelcastMember member) {
    this.member = member;
    member.whenMerged(this::repair);
    member.whenLeft(left -> repair());
    member.regularly(this::repair);
  }

  @Override
  public Future<Void> publish(ReplicaRecord replica) {
    published.put(replica.id(), replica);
    return write(replica.id());
  }

  @Override
  public Future<Void> withdraw(String replicaId) {
    published.remove(replicaId);
    return write(replicaId);
  }

  private Future<Void> write(String id) {
    return member
        .<Void>run(
            hazelcast -> {
              write(hazelcast, id);
              return null;
            })
        .onFailure(
            e -> {
              // A member that is just lost may have taken the change with it.
              LOG.debug("replica {} is published again: {}", id, e.toString());
              member.again(() -> write(id));
            });
  }

  private void write(HazelcastInstance hazelcast, String id) {
    IMap<String, String> table = hazelcast.getMap(HazelcastConfig.REPLICAS);
    ReplicaRecord wanted = published.get(id);
    if (wanted == null) {
      table.delete(id);
    } else {
      table.set(id, told(hazelcast, wanted));
    }
  }

  private static String told(HazelcastInstance hazelcast, ReplicaRecord wanted) {
    String self = hazelcast.getCluster().getLocalMember().getUuid().toString();
    return ReplicaRecords.json(wanted, self);
  }

  private void repair() {
    if (published.isEmpty()) {
      return;
    }
    member
        .run(this::lost)
        .onSuccess(ids -> ids.forEach(this::write))
        .onFailure(e -> LOG.debug("the table of replicas is looked at later: {}", e.toString()));
  }

  /** What the table does not have as it is wished. */
  private List<String> lost(HazelcastInstance hazelcast) {
    Map<String, ReplicaRecord> wanted = Map.copyOf(published);
    IMap<String, String> table = hazelcast.getMap(HazelcastConfig.REPLICAS);
    Map<String, String> there = table.getAll(wanted.keySet());
    return wanted.entrySet().stream()
        .filter(each -> !told(hazelcast, each.getValue()).equals(there.get(each.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }
}
