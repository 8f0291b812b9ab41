package dev.nexusdelta.proxy;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Circuit;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.fleet.FleetView;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.fleet.ReplicaCircuit;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.problem.Problem;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A fleet that shows what a test wants. */
final class FakeFleet implements FleetReader {
  private static final List<ToolInfo> TOOLS =
      List.of(
          new ToolInfo("add", "Adds", "{\"type\":\"object\"}", "", false, false, false),
          new ToolInfo("look", "Looks", "", "", true, false, false),
          new ToolInfo("set", "Sets", "", "", false, true, false));

  private record Listener(Context context, Consumer<FleetView> consumer) {}

  private final Map<String, AgentView> agents = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  final List<String> demands = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  volatile Consumer<Replica> onFailure = replica -> {};
  private volatile FleetView view = FleetView.EMPTY;

  @Override
  public FleetView view() {
    return view;
  }

  @Override
  public Watch watch(Consumer<FleetView> listener) {
    Listener added = new Listener(Vertx.currentContext(), listener);
    listeners.add(added);
    return () -> listeners.remove(added);
  }

  @Override
  public void demand(AgentName agent) {
    demands.add(agent.key());
  }

  Replica replica(String agent, int ordinal, int port) {
    return replica(agent, ordinal, port, 64, new ReplicaCircuit(agent + ordinal, System::nanoTime));
  }

  Replica replica(String agent, int ordinal, int port, int concurrency, Circuit circuit) {
    return new Replica(
        agent + "-" + ordinal,
        new AgentName(agent),
        ordinal,
        "r1",
        SocketAddress.inetSocketAddress(port, "127.0.0.1"),
        concurrency,
        TOOLS.stream().collect(Collectors.toMap(ToolInfo::name, tool -> tool)),
        circuit,
        (replica, reason) -> {
          failures.add(replica.id() + " " + reason);
          onFailure.accept(replica);
        });
  }

  /** Shows an agent with healthy replicas on these ports. */
  void serve(String agent, Manifest.Limits limits, int... ports) {
    List<Replica> replicas = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      replicas.add(replica(agent, i + 1, ports[i]));
    }
    show(agent, limits, AgentState.HEALTHY, replicas, replicas.size(), Optional.empty());
  }

  void serve(String agent, int... ports) {
    serve(agent, limits(Duration.ofSeconds(20)), ports);
  }

  void show(
      String agent,
      Manifest.Limits limits,
      AgentState state,
      List<Replica> routable,
      int healthy,
      Optional<Problem> unavailable) {
    AgentName name = new AgentName(agent);
    agents.put(
        name.key(),
        new AgentView(name, manifest(name, limits), state, routable, healthy, unavailable, TOOLS));
    publish();
  }

  /** Shows an agent with one healthy replica, and routes of its own. */
  void expose(String agent, Manifest.Limits limits, int port, String... routes) {
    AgentName name = new AgentName(agent);
    AgentView view =
        new AgentView(
            name,
            manifest(name, limits, List.of(routes)),
            AgentState.HEALTHY,
            List.of(replica(agent, 1, port)),
            1,
            Optional.empty(),
            TOOLS);
    agents.put(name.key(), view);
    publish();
  }

  /** Shows an agent by a manifest of its own. */
  void show(String agent, Manifest manifest, List<Replica> routable) {
    AgentName name = new AgentName(agent);
    agents.put(
        name.key(),
        new AgentView(
            name,
            manifest,
            AgentState.HEALTHY,
            routable,
            routable.size(),
            Optional.empty(),
            TOOLS));
    publish();
  }

  /** Adds replicas of other gateways to an agent that is shown. */
  void elsewhere(String agent, Replica... replicas) {
    AgentView was = agents.get(new AgentName(agent).key());
    agents.put(
        was.name().key(),
        new AgentView(
            was.name(),
            was.manifest(),
            was.state(),
            was.routable(),
            was.healthy(),
            Optional.empty(),
            was.tools(),
            List.of(replicas)));
    publish();
  }

  /** Leaves an agent only its replicas of other gateways. */
  void withoutOwn(String agent) {
    AgentView was = agents.get(new AgentName(agent).key());
    agents.put(
        was.name().key(),
        new AgentView(
            was.name(),
            was.manifest(),
            was.state(),
            List.of(),
            0,
            Optional.empty(),
            was.tools(),
            was.elsewhere()));
    publish();
  }

  /** A replica of another gateway. */
  Replica remote(String agent, int ordinal, String gateway, int gatewayPort, int concurrency) {
    return new Replica(
        agent + "-" + ordinal,
        new AgentName(agent),
        ordinal,
        "r1",
        SocketAddress.inetSocketAddress(gatewayPort, "127.0.0.1"),
        concurrency,
        TOOLS.stream().collect(Collectors.toMap(ToolInfo::name, tool -> tool)),
        new ReplicaCircuit(agent + ordinal, System::nanoTime),
        (replica, reason) -> failures.add(replica.id() + " " + reason),
        gateway);
  }

  void remove(String agent) {
    agents.remove(agent);
    publish();
  }

  private void publish() {
    FleetView next = new FleetView(agents);
    view = next;
    listeners.forEach(
        listener -> listener.context().runOnContext(run -> listener.consumer().accept(next)));
  }

  static Manifest.Limits limits(Duration timeout) {
    return new Manifest.Limits(timeout, Duration.ofSeconds(20), 64, 128, 4 << 20);
  }

  static Manifest manifest(AgentName name, Manifest.Limits limits) {
    return manifest(name, limits, List.of());
  }

  private static Manifest manifest(AgentName name, Manifest.Limits limits, List<String> expose) {
    return manifest(name, limits, Manifest.Balance.ROUND_ROBIN, List.of(), expose);
  }

  static Manifest manifest(
      AgentName name,
      Manifest.Limits limits,
      Manifest.Balance balance,
      List<Manifest.ToolDeclaration> tools) {
    return manifest(name, limits, balance, tools, List.of());
  }

  private static Manifest manifest(
      AgentName name,
      Manifest.Limits limits,
      Manifest.Balance balance,
      List<Manifest.ToolDeclaration> tools,
      List<String> expose) {
    return new Manifest(
        name,
        "1.0.0",
        "An agent",
        "utility",
        "",
        List.of(),
        new Run.Url(List.of(URI.create("http://127.0.0.1:1"))),
        OptionalInt.empty(),
        Map.of(),
        List.of(),
        new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty()),
        new Manifest.Health(
            "/health", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60)),
        limits,
        balance,
        Optional.empty(),
        tools,
        expose,
        List.of());
  }
}
