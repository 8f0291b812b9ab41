package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who this gateway is and how it stands: starting, ready, draining. Thread-safe. */
final class Standing implements GatewayControl {
  /** Of the built jar. */
  static final String VERSION =
      Optional.ofNullable(Standing.class.getPackage().getImplementationVersion())
          .orElse("unreleased");

  /** Names of what other gateways are told. */
  static final String URL = "url";

  static final String PID = "pid";
  static final String RELEASE = "version";

  private final Settings settings;
  private final Listening listening;
  private final long pid;
  private final String name;
  private final ReadinessProbes probes;
  private volatile Optional<String> admin = Optional.empty();
  private volatile Supplier<Cluster> cluster =
      () -> new Cluster(List.of(), List.of(), 1, Optional.empty());
  private volatile Function<String, Future<Void>> forget =
      gateway -> Future.failedFuture("this gateway is starting");
  private volatile @Nullable Consumer<Boolean> shutdown;
  private volatile boolean ready;
  private volatile boolean draining;
  private volatile boolean stopsAgents;

  Standing(Settings settings, Listening listening, long pid, LongSupplier nanos) {
    this.settings = settings;
    this.listening = listening;
    this.pid = pid;
    this.name = name(settings.cluster(), listening.port());
    this.probes = new ReadinessProbes(nanos);
  }

  /** The same at each start, and another one for each gateway of a cluster. */
  private static String name(Settings.Cluster cluster, int port) {
    return cluster.isLocal()
        ? "gateway-" + port
        : "gateway-" + cluster.address().replace(':', '.') + "-" + port;
  }

  /** From now on the cluster is as this tells, and who is away is taken out of it so. */
  void clusterIs(Supplier<Cluster> seen, Function<String, Future<Void>> leave) {
    cluster = seen;
    forget = leave;
  }

  void onShutdown(Consumer<Boolean> action) {
    shutdown = action;
  }

  /** The admin listener has this URL. */
  void administeredAt(String url) {
    admin = Optional.of(url);
  }

  /** Of the admin listener, if it has one of its own by now. */
  Optional<String> adminUrl() {
    return admin;
  }

  void ready() {
    ready = true;
  }

  /** Who has asked so far. */
  ReadinessProbes probes() {
    return probes;
  }

  void drain(boolean agents) {
    draining = true;
    stopsAgents |= agents;
  }

  boolean stopsAgents() {
    return stopsAgents;
  }

  /** This gateway before it has joined a cluster. */
  Member alone() {
    return new Member(name, listening.url(), "", "", pid, VERSION, !settings.cluster().isShared());
  }

  Map<String, String> attributes() {
    return Map.of(URL, listening.url(), PID, String.valueOf(pid), RELEASE, VERSION);
  }

  /** What command lines read to find this gateway. */
  String announcement(Instant started) {
    JsonObject told = new JsonObject().put("url", listening.url());
    admin.ifPresent(own -> told.put("admin", own));
    told.put("listen", listening.address())
        .put("pid", pid)
        .put("version", VERSION)
        .put("started", started.toString());
    // Its word is good on this machine even if nobody has signed it.
    settings.tls().ifPresent(files -> told.put("certificate", files.cert().toString()));
    return told.encode() + "\n";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public Optional<String> notReady() {
    if (draining) {
      probes.toldNo();
      return Optional.of("draining");
    }
    if (!ready) {
      return Optional.of("starting");
    }
    probes.toldYes();
    return Optional.empty();
  }

  @Override
  public List<ConfigEntry> config() {
    return settings.entries().stream()
        .map(entry -> new ConfigEntry(entry.key(), entry.value(), entry.source()))
        .toList();
  }

  @Override
  public Cluster cluster() {
    return cluster.get();
  }

  @Override
  public Future<Void> forget(String gateway) {
    return forget.apply(gateway);
  }

  @Override
  public void shutdown(boolean agents) {
    Consumer<Boolean> action = shutdown;
    if (action != null) {
      action.accept(agents);
    }
  }
}
