package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.LedgerState;
import dev.nexusdelta.consensus.Pace;
import dev.nexusdelta.consensus.Settings.Writer;
import dev.nexusdelta.discovery.hazelcast.ClusterMember;
import dev.nexusdelta.discovery.hazelcast.ClusterSettings;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastMessages;
import dev.nexusdelta.discovery.hazelcast.HazelcastReplicas;
import dev.nexusdelta.discovery.hazelcast.Seal;
import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.EventRelay;
import dev.nexusdelta.load.Leadership;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * The registry that this gateway shares with those of its cluster: its part of the ledger on disk,
 * its member, and what they tell each other. A gateway that is alone has the same.
 */
final class ClusterRegistry {
  /** Attribute of members: the id of their ledger, which outlives the member. */
  private static final String LEDGER = "ledger";

  private static final String EVENTS = "events";

  private static final long NAME_MILLIS = 2000;

  /** Five seconds: another leader is there by then, where there is a majority. */
  private static final int LED_TRIES = 100;

  private static final long LED_MILLIS = 50;

  private final Ledger ledger;
  private final LedgerStore store;
  private final HazelcastMember member;
  private final HazelcastMessages messages;
  private final TakeOverNews news;
  private final Seal seal;
  private final boolean wished;
  private final Vertx vertx;
  private volatile List<ClusterMember> present = List.of();
  private volatile Runnable look = () -> {};

  private ClusterRegistry(
      Ledger ledger,
      LedgerStore store,
      HazelcastMember member,
      HazelcastMessages messages,
      TakeOverNews news,
      Seal seal,
      boolean wished,
      Vertx vertx) {
    this.ledger = ledger;
    this.store = store;
    this.member = member;
    this.messages = messages;
    this.news = news;
    this.seal = seal;
    this.wished = wished;
    this.vertx = vertx;
  }

  /** Opens what is on disk, with a member that waits to join; closed with the rest. */
  static ClusterRegistry open(DataFolder data, Frame frame, Closing closing) {
    Surroundings world = frame.world();
    SqliteAcceptor file =
        SqliteAcceptor.open(frame.loops(), data.path().resolve(RegistryAtRest.FILE)).await();
    closing.add("registry's file", file::close);
    LedgerMessages transport = new LedgerMessages();
    Ledger ledger =
        Ledger.open(
                frame.loops(),
                new Ledger.Parts(
                    file, transport, settings(frame), Pace.USUAL, world.nanos(), world.random()))
            .await();
    closing.add("registry's ledger", ledger::close);
    TakeOverNews news = new TakeOverNews();
    LedgerStore store = LedgerStore.over(frame.loops(), ledger, news);
    closing.add("registry store", store::close);
    KnownMembers known = new KnownMembers(data.path());
    HazelcastMember member =
        HazelcastMember.create(frame.loops(), member(frame, ledger.memberId(), known));
    closing.add("cluster member", member::close);
    HazelcastMessages messages =
        new HazelcastMessages(
            frame.loops(), member, LEDGER, ledger.memberId(), frame.peers().seal());
    transport.over(messages);
    boolean wished = frame.settings().cluster().isShared();
    ClusterRegistry registry =
        new ClusterRegistry(
            ledger, store, member, messages, news, frame.peers().seal(), wished, frame.loops());
    registry.follow(frame, known, closing);
    return registry;
  }

  private static dev.nexusdelta.consensus.Settings settings(Frame frame) {
    Settings.Cluster cluster = frame.settings().cluster();
    Writer writer =
        cluster.writer().isEmpty()
            ? Writer.NONE
            : cluster.writer().equals(frame.standing().name()) ? Writer.THIS : Writer.OTHER;
    return new dev.nexusdelta.consensus.Settings(
        cluster.size(), !cluster.members().isEmpty(), writer);
  }

  private static ClusterSettings member(Frame frame, String id, KnownMembers known) {
    Settings.Cluster cluster = frame.settings().cluster();
    Map<String, String> attributes = new HashMap<>(frame.standing().attributes());
    attributes.put(LEDGER, id);
    Peers peers = frame.peers();
    attributes.put(HazelcastReplicas.HOP_URL, HazelcastReplicas.way(peers.seal(), peers.url()));
    return new ClusterSettings(
        frame.standing().name(),
        cluster.name(),
        cluster.address(),
        cluster.port(),
        true,
        known.and(cluster.members()),
        attributes);
  }

  private void follow(Frame frame, KnownMembers known, Closing closing) {
    member.whenChanged(
        now -> {
          present = now;
          known.seen(now);
          ledger.sighted(
              now.stream().map(ClusterRegistry::id).filter(id -> !id.isEmpty()).toList());
          look.run();
        });
    ClusterView view = new ClusterView(frame.standing().alone(), () -> present);
    view.measured(frame.metrics());
    int size = frame.settings().cluster().size();
    GatewayNames names = new GatewayNames(ledger, frame.standing().name());
    long timer =
        frame
            .loops()
            .setPeriodic(
                NAME_MILLIS,
                tick -> {
                  names.tell();
                  look.run();
                });
    closing.add("name of this gateway", () -> frame.loops().cancelTimer(timer));
    Forgetting forgetting = new Forgetting(frame.loops(), ledger, store.drains(), names);
    frame.standing().clusterIs(() -> cluster(view, size, names), forgetting::forget);
  }

  private GatewayControl.Cluster cluster(ClusterView view, int size, GatewayNames names) {
    LedgerState state = ledger.state();
    Optional<String> leader = state.leader();
    return new GatewayControl.Cluster(
        view.gateways(it -> leader.filter(id(it)::equals).isPresent()),
        state.members().stream()
            .filter(it -> it.belongs() && !it.present())
            .map(it -> names.of(it.id()))
            .toList(),
        Math.max(size, belonging(state)),
        state.trouble().map(names::in));
  }

  private GatewayNews.Sight sight(GatewayNames names, int size) {
    LedgerState state = ledger.state();
    Map<String, String> there = new LinkedHashMap<>();
    present.stream().filter(it -> !id(it).isEmpty()).forEach(it -> there.put(id(it), it.gateway()));
    List<String> members =
        state.members().stream()
            .filter(LedgerState.Seen::belongs)
            .map(LedgerState.Seen::id)
            .toList();
    return new GatewayNews.Sight(
        state.member(),
        there,
        members,
        state.leader(),
        state.leader().map(id -> there.getOrDefault(id, names.of(id))).orElse(""),
        Math.max(size, members.size()));
  }

  private static int belonging(LedgerState state) {
    return (int) state.members().stream().filter(LedgerState.Seen::belongs).count();
  }

  private static String id(ClusterMember member) {
    return member.attributes().getOrDefault(LEDGER, "");
  }

  /** What the registry is stored in. */
  LedgerStore store() {
    return store;
  }

  HazelcastMember member() {
    return member;
  }

  /** Between the gateways, by {@link #others}. */
  HazelcastMessages messages() {
    return messages;
  }

  /** Of this gateway, as the others address it. */
  String id() {
    return ledger.memberId();
  }

  /** How many gateways make up the cluster, be they there or not. */
  int belonging() {
    return belonging(ledger.state());
  }

  /** Ids of the other gateways that are there. */
  List<String> others() {
    return present.stream().filter(it -> !it.self()).map(ClusterRegistry::id).toList();
  }

  /** Names of those that are there though the cluster has forgotten them. */
  Set<String> forgotten() {
    Set<String> ids = ledger.forgotten();
    return present.stream()
        .filter(it -> ids.contains(id(it)))
        .map(ClusterMember::gateway)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Where another gateway that is there takes calls of this one, by its name. */
  Optional<String> url(String gateway) {
    return present.stream()
        .filter(it -> !it.self() && it.gateway().equals(gateway))
        .findFirst()
        .flatMap(it -> HazelcastReplicas.url(seal, it.attributes()));
  }

  /** Id of the gateway that leads, if it is another one. */
  Optional<String> leader() {
    return ledger.state().leader().filter(id -> !id.equals(ledger.memberId()));
  }

  /** Succeeds once a majority follows a leader; fails if none does for a while. */
  Future<Void> led() {
    return led(LED_TRIES);
  }

  private Future<Void> led(int tries) {
    if (ledger.state().leader().isPresent()) {
      return Future.succeededFuture();
    }
    if (tries == 0) {
      return Future.failedFuture("no majority of the gateways is there");
    }
    Promise<Void> later = Promise.promise();
    vertx.setTimer(LED_MILLIS, tick -> later.complete());
    return later.future().compose(again -> led(tries - 1));
  }

  Leadership leadership() {
    return new Leadership() {
      @Override
      public boolean leads() {
        return ledger.state().leads();
      }

      @Override
      public boolean isLed() {
        return ledger.state().leader().isPresent();
      }
    };
  }

  /** Whether the cluster has other gateways, or is to have, be they there or not. */
  boolean isShared() {
    return wished || belonging(ledger.state()) > 1;
  }

  /** Calls {@code action} once: when the cluster has other gateways, be it already. */
  void whenShared(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    Runnable look =
        () -> {
          if ((isShared() || present.size() > 1) && done.compareAndSet(false, true)) {
            action.run();
          }
        };
    member.whenChanged(now -> look.run());
    look.run();
  }

  /**
   * From now on operators are told of what becomes of this gateway's own agents, and those of other
   * gateways of what happens here.
   */
  EventRelay tell(Frame frame, EventLog events) {
    news.into(events);
    GatewayNews gateways = new GatewayNews(events);
    GatewayNames names = new GatewayNames(ledger, frame.standing().name());
    int size = frame.settings().cluster().size();
    look = () -> gateways.look(sight(names, size));
    EventRelay relay =
        EventRelay.start(
            vertx,
            events,
            frame.standing().name(),
            Long.toHexString(frame.world().random().nextLong()),
            this::others,
            (id, text) -> messages.send(EVENTS, id, text));
    messages.receive(EVENTS, relay::hear);
    return relay;
  }
}
