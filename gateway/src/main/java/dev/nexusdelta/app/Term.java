package dev.nexusdelta.app;

import dev.nexusdelta.admin.Admission;
import dev.nexusdelta.admin.AppliedFolders;
import dev.nexusdelta.admin.ControlPlane;
import dev.nexusdelta.admin.DrainControl;
import dev.nexusdelta.admin.FolderSync;
import dev.nexusdelta.admin.Market;
import dev.nexusdelta.admin.OtherGateways;
import dev.nexusdelta.autoscaler.Autoscaler;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.discovery.hazelcast.HazelcastDirectory;
import dev.nexusdelta.discovery.hazelcast.HazelcastLoads;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastReplicas;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Fleet;
import dev.nexusdelta.fleet.FleetParts;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.url.SystemNames;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.load.Leadership;
import dev.nexusdelta.load.LoadChannel;
import dev.nexusdelta.load.LoadReport;
import dev.nexusdelta.scaling.FleetRoom;
import dev.nexusdelta.scaling.ScalingHistory;
import dev.nexusdelta.sync.SyncControl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The time in which this gateway owns its data folder: the registry, the fleet, the hosts, the
 * membership in the cluster and the control plane over them. Usually the whole life of the process;
 * it ends sooner when a successor takes over, and another one begins if that one dies on its way.
 *
 * <p>Begun and ended by one thread at a time.
 */
final class Term {
  private final DataFolder data;
  private final HazelcastMember member;
  private final Registry registry;
  private final Fleet fleet;
  private final KeyedCalls keyed;
  private final KeyStore keys;
  private final LoadChannel loads;
  private final ControlPlane control;
  private final Closing closing;
  private Future<Void> left = Future.succeededFuture();
  private volatile boolean over;

  private Term(
      DataFolder data,
      HazelcastMember member,
      Registry registry,
      Fleet fleet,
      KeyedCalls keyed,
      KeyStore keys,
      LoadChannel loads,
      ControlPlane control,
      Closing closing) {
    this.data = data;
    this.member = member;
    this.registry = registry;
    this.fleet = fleet;
    this.keyed = keyed;
    this.keys = keys;
    this.loads = loads;
    this.control = control;
    this.closing = closing;
  }

  /**
   * Begins a term; adopts what runs. What was begun before a failure is ended again.
   *
   * @param data closed with the term
   * @param each longest wait for one part to end
   */
  static Term begin(DataFolder data, Frame frame, Duration each) throws Exception {
    Closing closing = new Closing();
    closing.add("data folder", data);
    try {
      return begin(data, frame, closing);
    } catch (Exception e) {
      closing.close(each);
      throw e;
    }
  }

  private static Term begin(DataFolder data, Frame frame, Closing closing) throws Exception {
    Settings settings = frame.settings();
    Surroundings world = frame.world();
    Vertx vertx = frame.loops();
    FleetHost fleetHost = FleetHost.claim(data.path(), settings.host());
    closing.add("memory of the fleet's host", fleetHost);
    ClusterRegistry cluster = ClusterRegistry.open(data, frame, closing);
    Registry registry = StoredRegistry.open(cluster.store(), world.clock()).await();
    HazelcastMember member = cluster.member();
    KeyedCalls keyed = LedClaims.calls(data, frame, cluster, closing);
    KeyStore keys = TermKeys.begin(frame, cluster, closing);

    SystemNames names = new SystemNames(vertx);
    GuardedPlaces places = new GuardedPlaces(frame, registry, member, names);
    Hosts made =
        new Hosts(settings, world, vertx, frame.listening(), frame.containerDoor(), names, places);
    CodeTravel code = new CodeTravel(frame, data.path(), registry, cluster);
    Map<String, ReplicaHost> hosts = code.before(made.all(), made.running());
    for (ReplicaHost host : hosts.values()) {
      closing.add(host.kind() + " host", () -> end(host, frame, fleetHost));
    }
    Placements placements = new Placements(cluster.isShared());
    Fleet fleet = fleet(frame, registry, member, hosts, placements);
    closing.add("fleet", fleet::close);
    places.follow(fleet::statuses);
    new HazelcastReplicas(member, frame.peers().seal()).watch(fleet::elsewhere);
    closing.add("events of other gateways", cluster.tell(frame, fleet.events()));
    fleet.open().await();
    fleetHost.opened(() -> mayRun(fleet, made.running()));

    AgentFolders folders = new AgentFolders(settings.agents());
    AppliedFolders applied =
        AppliedFolders.in(data.path().resolve("folders.json"), cluster::isShared);
    FolderSync files =
        new FolderSync(vertx, folders, applied, registry, fleet.events(), world.nanos());
    closing.add("agent folders", files::close);
    // A majority is only there once this gateway has joined, which comes after it serves.
    (cluster.isShared() ? files.startAhead() : files.start()).await();
    SyncControl sync = OutsideRegistry.begin(frame, registry, cluster, places, fleet, closing);
    made.follow(registry, fleet.events(), closing);
    LoadChannel loads = new HazelcastLoads(member, frame.standing().name());
    closing.add("rates of keys", SharedRates.begin(frame, cluster, frame.quotas(), keys::ring));
    Leadership leadership = cluster.leadership();
    Autoscaler autoscaler = autoscaler(frame, fleet, loads, leadership, placements);
    closing.add("autoscaler", autoscaler);
    DrainControl drains = placements.begin(frame, registry, fleet, cluster, code, closing);
    AskedGateways others = AskedGateways.begin(frame, cluster);
    closing.add("questions to other gateways", others::close);
    Market market =
        new Market(
            places, MarketCalls.begin(data.path(), frame, registry, closing), settings::believes);
    ControlPlane control =
        control(
            frame, data, registry, fleet, files, sync, autoscaler, drains, others, market, keys);
    closing.add("followers", control);
    return new Term(data, member, registry, fleet, keyed, keys, loads, control, closing);
  }

  private static Autoscaler autoscaler(
      Frame frame, Fleet fleet, LoadChannel loads, Leadership leadership, Placements placements) {
    Surroundings world = frame.world();
    Settings.Caps caps = frame.settings().caps();
    long here = caps.memoryOf(world.memory());
    return Autoscaler.start(
        new Autoscaler.Parts(
            frame.loops(),
            frame.standing().name(),
            fleet,
            fleet.events(),
            loads,
            leadership,
            () ->
                FleetRoom.within(
                    OptionalInt.of(caps.replicas()), OptionalLong.of(placements.memory(here))),
            frame.metrics(),
            frame.hurry(),
            world.clock(),
            world.nanos()));
  }

  private static ControlPlane control(
      Frame frame,
      DataFolder data,
      Registry registry,
      Fleet fleet,
      FolderSync files,
      SyncControl sync,
      ScalingHistory scaling,
      DrainControl drains,
      OtherGateways others,
      Market market,
      KeyStore keys)
      throws IOException {
    Surroundings world = frame.world();
    return new ControlPlane(
        frame.loops(),
        new ControlPlane.Parts(
            registry,
            fleet,
            files,
            frame.metrics(),
            frame.history(),
            scaling,
            sync,
            frame.standing(),
            drains,
            others,
            market,
            new Admission(
                frame.token(),
                frame.hostRule(),
                keys,
                frame.keyUses(),
                frame.settings().isOpenWithoutKeys(),
                world.random()),
            world.clock(),
            world.nanos(),
            Ids.of(world.random())));
  }

  private static Future<Void> end(ReplicaHost host, Frame frame, FleetHost fleetHost) {
    boolean replicas = frame.standing().stopsAgents();
    Future<Void> ended = host.close(replicas);
    return replicas && host.kind().equals(frame.settings().host())
        ? ended.onSuccess(all -> fleetHost.ended()).onFailure(e -> fleetHost.notEnded())
        : ended;
  }

  /** A host in trouble has not been asked what it runs, or may have lost sight of it. */
  private static boolean mayRun(Fleet fleet, ReplicaHost host) {
    return host.trouble().isPresent()
        || fleet.statuses().stream().anyMatch(agent -> runsOn(host, agent));
  }

  private static boolean runsOn(ReplicaHost host, AgentStatus agent) {
    return agent.replicas().stream().anyMatch(replica -> replica.host().equals(host.kind()));
  }

  private static Fleet fleet(
      Frame frame,
      Registry registry,
      HazelcastMember member,
      Map<String, ReplicaHost> hosts,
      Placements placements) {
    Settings settings = frame.settings();
    Surroundings world = frame.world();
    return new Fleet(
        new FleetParts(
            frame.loops(),
            registry,
            new HazelcastDirectory(member),
            hosts,
            settings.host(),
            settings.agents(),
            frame.standing().name(),
            replica -> new ReplicaCircuit(replica, world.nanos()),
            frame.metrics(),
            world.clock(),
            world.nanos(),
            RandomGenerator.of("L64X128MixRandom"),
            placements.shares(),
            settings::believes));
  }

  Fleet fleet() {
    return fleet;
  }

  KeyedCalls keyed() {
    return keyed;
  }

  KeyStore keys() {
    return keys;
  }

  /** Tells all gateways of this one's load; nobody, once another one has taken over. */
  Future<Void> report(LoadReport load) {
    return over ? Future.succeededFuture() : loads.send(load);
  }

  ControlPlane control() {
    return control;
  }

  /** Agents on record. */
  int agents() {
    return registry.agents().size();
  }

  /** How many replicas of each agent take calls; agents without any are left out. */
  Map<String, Integer> routable() {
    Map<String, Integer> counts = new TreeMap<>();
    for (AgentView agent : fleet.view().agents()) {
      if (!agent.routable().isEmpty()) {
        counts.put(agent.name().key(), agent.routable().size());
      }
    }
    return counts;
  }

  /** The gateway serves: what is less urgent begins, and command lines are told where it is. */
  void serving(String announcement) throws IOException {
    member.join();
    data.announce(announcement);
  }

  /**
   * Ends the term for a successor to begin its own; no replica ends. Leaving the cluster takes its
   * time and is waited for in {@link #end}.
   *
   * @param each longest wait for one part
   */
  void handOver(Duration each) throws IOException {
    left = member.close();
    over = true;
    closing.forget("cluster member");
    closing.forget("data folder");
    closing.close(each);
    data.handOver();
  }

  /**
   * Ends the term, with the replicas if that was asked for.
   *
   * @return completes when all of it has ended
   */
  boolean end(Duration each) {
    boolean all = over || closing.close(each);
    over = true;
    Closing rest = new Closing();
    rest.add("cluster member", () -> left);
    return rest.close(each) && all;
  }
}
