package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who this gateway is and how it stands: starting, ready, draining. Thread-safe. */
final class Standing implements GatewayControl {
  /** Of the built jar. */
  static final String VERSION =
      Optional.ofNullable(Standing.class.getPackage().getImplementationVersion())
          .orElse("unreleased");

  private final Settings settings;
  private final Listening listening;
  private final long pid;
  private final String name;
  private volatile Optional<String> admin = Optional.empty();
  private volatile @Nullable Consumer<Boolean> shutdown;
  private volatile boolean ready;
  private volatile boolean draining;
  private volatile boolean stopsAgents;

  Standing(Settings settings, Listening listening, long pid) {
    this.settings = settings;
    this.listening = listening;
    this.pid = pid;
    this.name = "gateway-" + listening.port();
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

  void drain(boolean agents) {
    draining = true;
    stopsAgents |= agents;
  }

  boolean stopsAgents() {
    return stopsAgents;
  }

  Map<String, String> attributes() {
    return Map.of("url", listening.url(), "pid", String.valueOf(pid), "version", VERSION);
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
      return Optional.of("draining");
    }
    return ready ? Optional.empty() : Optional.of("starting");
  }

  @Override
  public List<ConfigEntry> config() {
    return settings.entries().stream()
        .map(entry -> new ConfigEntry(entry.key(), entry.value(), entry.source()))
        .toList();
  }

  @Override
  public List<Member> cluster() {
    return List.of(new Member(name, listening.url(), pid, VERSION, true));
  }

  @Override
  public void shutdown(boolean agents) {
    Consumer<Boolean> action = shutdown;
    if (action != null) {
      action.accept(agents);
    }
  }
}
