package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.nexusdelta.discovery.ReplicaDirectory;
import dev.nexusdelta.discovery.ReplicaRecord;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes this gateway's replicas in the cluster's table, where the {@link HazelcastBackend} of
 * any Vert.x program finds them.
 *
 * <p>What is wanted is kept here; every write takes the newest wish, so late and repeated writes do
 * no harm; what fails is written again, and all of it after a split cluster has merged. Futures
 * complete once the table has it: after the join, for what was published before.
 */
public final class HazelcastDirectory implements ReplicaDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastDirectory.class);

  private final HazelcastMember member;
  private final Map<String, ReplicaRecord> published = new ConcurrentHashMap<>();

  /** A directory on this member; the member's owner closes it. */
  public HazelcastDirectory(HazelcastMember member) {
    this.member = member;
    member.whenMerged(() -> published.keySet().forEach(this::write));
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
      String self = hazelcast.getCluster().getLocalMember().getUuid().toString();
      table.set(id, ReplicaRecords.json(wanted, self));
    }
  }
}
