package dev.nexusdelta.app;

import dev.nexusdelta.access.AllowedAddresses;
import dev.nexusdelta.access.OwnPlaces;
import dev.nexusdelta.access.Refusal;
import dev.nexusdelta.admin.AgentAddresses;
import dev.nexusdelta.admin.GatewayControl.Member;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.AgentStatus.ReplicaStatus;
import dev.nexusdelta.host.Containers.Place;
import dev.nexusdelta.host.url.Names;
import dev.nexusdelta.host.url.Permit;
import dev.nexusdelta.host.url.UrlHost;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where agents may run that somebody else has registered, as of now: some of the gateway's own
 * ports are known only after it has begun, and a machine's addresses come and go. Thread-safe.
 */
final class GuardedPlaces implements Permit, AgentAddresses {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String ITSELF = "the gateway itself";
  private static final Pattern PORT = Pattern.compile(":([0-9]{1,5})/?$");

  private final Frame frame;
  private final Registry registry;
  private final HazelcastMember member;
  private final Names names;
  private volatile Supplier<List<AgentStatus>> fleet = List::of;
  private volatile Kept kept;

  private record Kept(AllowedAddresses allowed, long since) {}

  GuardedPlaces(Frame frame, Registry registry, HazelcastMember member, Names names) {
    this.frame = frame;
    this.registry = registry;
    this.member = member;
    this.names = names;
    this.kept = made();
  }

  /** Learns of replicas, which are not for others either; before that there are none. */
  void follow(Supplier<List<AgentStatus>> statuses) {
    fleet = statuses;
  }

  /** What may be called, without what this machine itself listens at. */
  AllowedAddresses allowed() {
    Kept now = kept;
    if (frame.world().nanos().getAsLong() - now.since() > KEPT_NANOS) {
      now = made();
      kept = now;
    }
    return now.allowed();
  }

  private Kept made() {
    long now = frame.world().nanos().getAsLong();
    AllowedAddresses listed = frame.settings().allowed();
    boolean alone = Settings.Address.isLoopback(frame.listening().host());
    return new Kept((alone ? listed.withLoopback() : listed).without(own()), now);
  }

  private OwnPlaces own() {
    Map<Integer, String> ports = new HashMap<>();
    Map<InetSocketAddress, String> elsewhere = new HashMap<>();
    for (AgentStatus agent : fleet.get()) {
      for (ReplicaStatus replica : agent.everywhere()) {
        replicaAt(replica)
            .ifPresent(
                at -> {
                  String what = "a replica of " + agent.name() + ", which is called by its name";
                  if (at.getAddress().isLoopbackAddress()) {
                    ports.put(at.getPort(), what);
                  } else {
                    elsewhere.put(at, what);
                  }
                });
      }
    }
    ownPorts().forEach(port -> ports.put(port, ITSELF));
    return new OwnPlaces(ports, machine(), elsewhere);
  }

  /** Where a replica listens that some gateway has started; not one that only is called. */
  private static Optional<InetSocketAddress> replicaAt(ReplicaStatus replica) {
    int colon = replica.address().lastIndexOf(':');
    if (replica.host().equals(UrlHost.KIND) || colon < 0) {
      return Optional.empty();
    }
    String host = replica.address().substring(0, colon).replace("[", "").replace("]", "");
    try {
      int port = Integer.parseInt(replica.address().substring(colon + 1));
      return Optional.of(new InetSocketAddress(InetAddress.getByName(host), port)); // a literal
    } catch (UnknownHostException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Of this gateway, those of its cluster, and what else on this machine is not for others. */
  private Set<Integer> ownPorts() {
    Set<Integer> own = new HashSet<>();
    own.add(frame.listening().port());
    frame.standing().adminUrl().ifPresent(url -> add(own, url));
    add(own, frame.peers().url());
    Future<String> joined = member.address();
    if (joined.succeeded()) {
      add(own, joined.result());
    }
    for (Member gateway : frame.standing().cluster().gateways()) {
      List.of(gateway.url(), gateway.member(), gateway.discovery()).forEach(it -> add(own, it));
    }
    frame.settings().cluster().members().forEach(it -> add(own, it));
    add(own, frame.settings().docker().engine().toString());
    frame.settings().firestore().ifPresent(it -> add(own, it.remote().emulator()));
    return own;
  }

  private static void add(Set<Integer> ports, String address) {
    Matcher port = PORT.matcher(address);
    if (port.find()) {
      ports.add(Integer.parseInt(port.group(1)));
    }
  }

  private static Set<InetAddress> machine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException e) {
      return Set.of();
    }
  }

  /** The operator's own word may name any address. */
  @Override
  public Optional<String> refusal(AgentName agent, URI url, Place place) {
    return registry
        .agentOrTombstone(agent)
        .filter(AgentSpec::isForeign)
        .flatMap(spec -> refusal(allowed(), url, place.address()))
        .map(Refusal::reason);
  }

  private static Optional<Refusal> refusal(AllowedAddresses allowed, URI url, String address) {
    try {
      return allowed.refusal(url, InetAddress.getByName(address)); // a literal: nobody is asked
    } catch (UnknownHostException e) {
      return notCalled(url, "'" + address + "' is no address");
    }
  }

  @Override
  public Future<Optional<Refusal>> refusal(URI address) {
    AllowedAddresses now = made().allowed();
    Optional<Refusal> written = now.refusal(address);
    if (written.isPresent()) {
      return Future.succeededFuture(written);
    }
    return names
        .resolve(host(address))
        .map(
            all ->
                all.isEmpty()
                    ? notCalled(address, "its host has no address")
                    : all.stream()
                        .map(each -> refusal(now, address, each))
                        .flatMap(Optional::stream)
                        .findFirst())
        .otherwise(
            failure ->
                notCalled(address, "its host cannot be resolved (" + failure.getMessage() + ")"));
  }

  private static Optional<Refusal> notCalled(URI address, String reason) {
    return Optional.of(new Refusal(address + " is not called: " + reason, false));
  }

  @Override
  public Future<Boolean> isHere(URI address) {
    String host = host(address);
    Set<String> own = frame.listening().names(frame.settings());
    if (host.equals("localhost") || own.contains(host)) {
      return Future.succeededFuture(true);
    }
    Set<InetAddress> machine = machine();
    return names
        .resolve(host)
        .map(all -> all.stream().allMatch(each -> isHere(machine, each)))
        .otherwise(true);
  }

  private static boolean isHere(Set<InetAddress> machine, String address) {
    try {
      InetAddress found = InetAddress.getByName(address);
      return found.isLoopbackAddress() || machine.contains(found);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String host(URI address) {
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
