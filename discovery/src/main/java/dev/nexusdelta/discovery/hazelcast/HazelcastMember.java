package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import com.hazelcast.instance.EndpointQualifier;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This gateway's member of the cluster.
 *
 * <p>Starting takes a second or two and happens beside everything else: {@link #join} returns at
 * once, work given to it before it has joined waits. All calls into Hazelcast run on one worker
 * thread; every method may be called from any thread. What a member that left had published is
 * removed by those who stay.
 */
public final class HazelcastMember {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastMember.class);
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final long AGAIN_MILLIS = 1000;
  private static final long REPAIR_MILLIS = 10_000;
  private static final String CLOSED = "closed before it joined";

  private final Promise<Void> begun = Promise.promise();
  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final Future<HazelcastInstance> instance;
  private final List<Runnable> whenMerged = new CopyOnWriteArrayList<>();
  private final List<Consumer<Set<String>>> whenLeft = new CopyOnWriteArrayList<>();
  private final List<Consumer<List<ClusterMember>>> whenChanged = new CopyOnWriteArrayList<>();
  private @Nullable Future<Void> closed;

  /** What is to join, from before it does: joining takes minutes where somebody does not answer. */
  private volatile @Nullable HazelcastInstance joining;

  private HazelcastMember(Vertx vertx, WorkerExecutor worker, ClusterSettings settings) {
    this.vertx = vertx;
    this.worker = worker;
    this.instance = begun.future().compose(go -> worker.executeBlocking(() -> open(settings)));
  }

  /** A member that waits for {@link #join}: what is more urgent at start comes first. */
  public static HazelcastMember create(Vertx vertx, ClusterSettings settings) {
    return new HazelcastMember(
        vertx,
        vertx.createSharedWorkerExecutor("nexus-hazelcast-" + COUNT.incrementAndGet(), 1),
        settings);
  }

  /** Begins to join; see {@link #joined}. Repeating it is fine. */
  public HazelcastMember join() {
    begun.tryComplete();
    return this;
  }

  private HazelcastInstance open(ClusterSettings settings) {
    // Names are unique per JVM; the pid tells the logs of several gateways apart.
    String name = settings.gateway() + "-" + COUNT.incrementAndGet();
    HazelcastInstance hazelcast;
    try {
      Config config = HazelcastConfig.member(settings, name);
      config.addListenerConfig(new ListenerConfig(new Beginning()));
      hazelcast = Hazelcast.newHazelcastInstance(config);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "cannot join the cluster '"
              + settings.cluster()
              + "' on "
              + settings.address()
              + ":"
              + settings.port()
              + " ("
              + e.getMessage()
              + "); give cluster.port a free port, or 0 for any",
          e);
    }
    follow(hazelcast);
    return hazelcast;
  }

  private void follow(HazelcastInstance hazelcast) {
    hazelcast
        .getCluster()
        .addMembershipListener(
            new MembershipAdapter() {
              @Override
              public void memberAdded(MembershipEvent event) {
                changed(hazelcast);
              }

              @Override
              public void memberRemoved(MembershipEvent event) {
                changed(hazelcast);
                removeOrphans();
                tellWhoIsThere(hazelcast);
              }
            });
    hazelcast
        .getLifecycleService()
        .addLifecycleListener(
            event -> {
              if (event.getState() == LifecycleState.MERGED) {
                changed(hazelcast);
                whenMerged.forEach(Runnable::run);
              }
            });
    changed(hazelcast);
  }

  /**
   * Calls {@code action} with all gateways, the oldest first, once joined and after each change of
   * them, one call after the other.
   */
  public void whenChanged(Consumer<List<ClusterMember>> action) {
    whenChanged.add(action);
    instance.onSuccess(hazelcast -> tell(hazelcast, List.of(action)));
  }

  private void changed(HazelcastInstance hazelcast) {
    tell(hazelcast, whenChanged);
  }

  /** Whoever is told later is told what is newer. */
  private synchronized void tell(
      HazelcastInstance hazelcast, List<Consumer<List<ClusterMember>>> actions) {
    List<ClusterMember> present = members(hazelcast);
    actions.forEach(action -> action.accept(present));
  }

  /** Succeeds when this gateway is a member; fails if it cannot be one (a taken port). */
  public Future<Void> joined() {
    return instance.mapEmpty();
  }

  /** Where the member listens, once joined: {@code 127.0.0.1:5701}. */
  public Future<String> address() {
    return instance.map(hazelcast -> address(hazelcast.getCluster().getLocalMember().getAddress()));
  }

  /** The name of the Hazelcast instance in this JVM, once joined, for the discovery backend. */
  public Future<String> instanceName() {
    return instance.map(HazelcastInstance::getName);
  }

  /** All gateways of the cluster, the oldest first. */
  public Future<List<ClusterMember>> members() {
    return run(HazelcastMember::members);
  }

  private static List<ClusterMember> members(HazelcastInstance hazelcast) {
    List<ClusterMember> members = new ArrayList<>();
    for (Member member : hazelcast.getCluster().getMembers()) {
      Map<String, String> attributes = new TreeMap<>(member.getAttributes());
      String gateway = attributes.remove(HazelcastConfig.GATEWAY);
      members.add(
          new ClusterMember(
              gateway == null ? "" : gateway,
              address(member.getAddress()),
              address(member.getAddressMap().get(EndpointQualifier.CLIENT)),
              members.isEmpty(),
              member.localMember(),
              attributes));
    }
    return members;
  }

  private static String address(@Nullable Address address) {
    return address == null ? "" : address.getHost() + ":" + address.getPort();
  }

  /** Leaves the cluster, also when it has not joined yet; repeating it is fine. */
  public synchronized Future<Void> close() {
    Future<Void> left = closed;
    if (left == null) {
      left = leave();
      closed = left;
    }
    return left;
  }

  private Future<Void> leave() {
    begun.tryFail(CLOSED);
    return cutShort()
        .eventually(
            () ->
                this.<Void>run(
                    hazelcast -> {
                      hazelcast.shutdown();
                      return null;
                    }))
        .otherwiseEmpty()
        .eventually(worker::close);
  }

  /** Ends a join that is under way, which the worker waits for. */
  private Future<Void> cutShort() {
    HazelcastInstance begins = joining;
    if (begins == null || instance.isComplete()) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          begins.getLifecycleService().terminate();
          return null;
        },
        false);
  }

  /** Is told of the instance before it joins. */
  private final class Beginning implements LifecycleListener, HazelcastInstanceAware {
    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcast) {
      joining = hazelcast;
      if (isClosed()) {
        throw new IllegalStateException(CLOSED);
      }
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
      // Only told of its states to be told of the instance.
    }
  }

  /** The member itself, once joined: for what must not wait for the worker, and does not block. */
  Future<HazelcastInstance> instance() {
    return instance;
  }

  /** Runs {@code work} on the worker, one after the other, once joined. */
  <T> Future<T> run(Function<HazelcastInstance, T> work) {
    return instance.compose(hazelcast -> worker.executeBlocking(() -> work.apply(hazelcast), true));
  }

  /**
   * Runs {@code action} every ten seconds until this gateway leaves: for what must come right
   * whatever was lost.
   */
  void regularly(Runnable action) {
    vertx.setPeriodic(
        REPAIR_MILLIS,
        timer -> {
          if (isClosed()) {
            vertx.cancelTimer(timer);
          } else {
            action.run();
          }
        });
  }

  /** Runs {@code action} in a second, unless this gateway has left by then. */
  void again(Runnable action) {
    vertx.setTimer(
        AGAIN_MILLIS,
        tick -> {
          if (!isClosed()) {
            action.run();
          }
        });
  }

  private synchronized boolean isClosed() {
    return closed != null;
  }

  /** After a split cluster has merged, members of the smaller half must publish again. */
  void whenMerged(Runnable action) {
    whenMerged.add(action);
  }

  /** After a member has left: the names of the gateways that are still there. */
  void whenLeft(Consumer<Set<String>> action) {
    whenLeft.add(action);
  }

  private void tellWhoIsThere(HazelcastInstance hazelcast) {
    Set<String> gateways = new HashSet<>();
    for (Member each : hazelcast.getCluster().getMembers()) {
      gateways.add(String.valueOf(each.getAttribute(HazelcastConfig.GATEWAY)));
    }
    whenLeft.forEach(action -> action.accept(gateways));
  }

  /** Removes what members that are no more had published; every survivor does, it is the same. */
  private void removeOrphans() {
    run(hazelcast -> {
          Map<String, String> replicas = hazelcast.getMap(HazelcastConfig.REPLICAS);
          // First the table, then the members: who publishes is a member already.
          List<Map.Entry<String, String>> all = List.copyOf(replicas.entrySet());
          Set<String> present = present(hazelcast.getCluster());
          for (Map.Entry<String, String> entry : all) {
            String owner = ReplicaRecords.member(entry.getValue());
            if (!owner.isEmpty() && !present.contains(owner)) {
              replicas.remove(entry.getKey());
              LOG.info("replica {} is gone with its gateway", entry.getKey());
            }
          }
          return null;
        })
        .onFailure(
            e -> LOG.warn("replicas of a gateway that left remain listed: {}", e.toString()));
  }

  private static Set<String> present(Cluster cluster) {
    Set<String> present = new HashSet<>();
    for (Member member : cluster.getMembers()) {

      present.add(member.getUuid().toString());
    }
    return present;
  }
}
