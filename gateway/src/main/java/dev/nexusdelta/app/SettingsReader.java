package dev.nexusdelta.app;

import dev.nexusdelta.access.AllowedAddresses;
import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.app.Settings.Address;
import dev.nexusdelta.app.Settings.Admin;
import dev.nexusdelta.app.Settings.Caps;
import dev.nexusdelta.app.Settings.Cluster;
import dev.nexusdelta.app.Settings.Docker;
import dev.nexusdelta.app.Settings.Entry;
import dev.nexusdelta.app.Settings.Firestore;
import dev.nexusdelta.app.Settings.PortRange;
import dev.nexusdelta.tls.PemFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the configuration: flag, then environment, then {@code nexus.yaml}, then default. Faults
 * are told all at once.
 */
public final class SettingsReader {
  /** Begins the source of what a flag has said, whose name follows as people type it. */
  private static final String FLAG = "flag --";

  private final Map<SettingKey, Entry> chosen = new EnumMap<>(SettingKey.class);
  private final List<String> faults = new ArrayList<>();
  private boolean onlyFlags = true;

  private SettingsReader() {}

  /**
   * Reads and checks the configuration.
   *
   * @param flags by key ({@code listen}, {@code cluster.port}, …)
   * @param env the process environment
   * @param folder where {@code nexus.yaml} is looked for; relative paths count from here
   * @throws SettingsException naming every fault
   */
  public static Settings read(Map<String, String> flags, Map<String, String> env, Path folder) {
    SettingsReader reader = new SettingsReader();
    SettingsFile file = SettingsFile.read(folder.resolve(SettingsFile.NAME));
    reader.faults.addAll(file.faults());
    reader.onlyFlags = file.faults().isEmpty();
    for (String flag : flags.keySet()) {
      if (List.of(SettingKey.values()).stream().noneMatch(key -> key.key().equals(flag))) {
        reader.faults.add("--" + flag + ": there is no such key");
      }
    }
    for (SettingKey key : SettingKey.values()) {
      reader.chosen.put(key, choose(key, flags, env, file));
    }
    return reader.build(env, folder);
  }

  private static Entry choose(
      SettingKey key, Map<String, String> flags, Map<String, String> env, SettingsFile file) {
    String flag = flags.get(key.key());
    if (flag != null) {
      return entry(key, flag, FLAG + (key == SettingKey.CLUSTER_MEMBERS ? "join" : key.key()));
    }
    String variable = env.get(key.environmentName());
    if (variable != null && !variable.isEmpty()) {
      return entry(key, variable, "environment " + key.environmentName());
    }
    SettingsFile.Value value = file.values().get(key.key());
    if (value != null) {
      return entry(key, value.text(), SettingsFile.NAME + ":" + value.line());
    }
    return entry(key, key.defaultValue(), "default");
  }

  private static Entry entry(SettingKey key, String value, String source) {
    return new Entry(key.key(), value, source, key.description(), key.defaultValue());
  }

  private Settings build(Map<String, String> env, Path folder) {
    ListenReader listening = new ListenReader(folder, this::text, this::fault);
    Address listen = listening.listen();
    Optional<Admin> admin = listening.admin(listen);
    boolean withoutKeys = listening.withoutKeys();
    Optional<Path> adminKey = listening.adminKeyFile();
    Set<String> hosts = hosts();
    TlsReader tlsReader = new TlsReader(folder, this::text, this::fault);
    TrustedProxies trusted = tlsReader.proxies();
    Optional<PemFiles> tls = tlsReader.files();
    String host = host();
    PortRange ports = ports();
    String transport = transport();
    Path data = path(folder, SettingKey.DATA);
    Path agents = path(folder, SettingKey.AGENTS);
    Docker docker = new DockerReader(this::text, env, this::fault).read();
    Optional<URI> url = url();
    Cluster cluster = new ClusterReader(this::text, env, folder, this::fault).read();
    Optional<Firestore> firestore = new FirestoreReader(this::text, this::fault).read();
    AllowedAddresses allowed = allowed();
    boolean trustHints = truth(SettingKey.MARKETPLACE_TRUST_HINTS);
    Caps caps = new CapsReader(this::text, this::fault).read();
    // Whether there is a key is known when the registry is open; that of a cluster, after joining.
    boolean mayHaveKeys =
        withoutKeys || adminKey.isPresent() || cluster.isShared() || RegistryAtRest.exists(data);
    if (!mayHaveKeys) {
      listening.refuseWithoutKeys(listen, admin);
    }
    if (!faults.isEmpty()) {
      throw new SettingsException(faults, onlyFlags);
    }
    return new Settings(
        listen,
        admin,
        withoutKeys,
        adminKey,
        hosts,
        trusted,
        tls,
        host,
        ports,
        transport,
        data,
        agents,
        docker,
        url,
        cluster,
        firestore,
        allowed,
        trustHints,
        caps,
        chosen.values().stream().map(SettingsReader::shown).toList());
  }

  private boolean truth(SettingKey key) {
    String text = text(key);
    if (!text.equals("true") && !text.equals("false")) {
      fault(key, "expected true or false");
    }
    return text.equals("true");
  }

  private Set<String> hosts() {
    Set<String> names = new LinkedHashSet<>();
    for (String name : text(SettingKey.HOSTS).split(",", -1)) {
      if (name.strip().matches("[A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+]")) {
        names.add(name.strip());
      } else if (!name.isBlank()) {
        fault(
            SettingKey.HOSTS,
            "'"
                + name.strip()
                + "' is no name: expected names without port such as gateway.example");
      }
    }
    return names;
  }

  private AllowedAddresses allowed() {
    try {
      return AllowedAddresses.of(SettingKey.items(text(SettingKey.MARKETPLACE_ALLOW)));
    } catch (IllegalArgumentException e) {
      fault(SettingKey.MARKETPLACE_ALLOW, e.getMessage() + "; list each with a comma between");
      return AllowedAddresses.of(List.of());
    }
  }

  private String host() {
    String host = text(SettingKey.HOST);
    if (!host.equals("process") && !host.equals("docker")) {
      fault(SettingKey.HOST, "expected process or docker");
    }
    return host;
  }

  private PortRange ports() {
    String[] ends = text(SettingKey.PORTS).split("-", -1);
    int first = SettingKey.number(ends[0]);
    int last = ends.length == 1 ? first : SettingKey.number(ends[1]);
    if (ends.length > 2 || first < 1 || last > 65535 || last < first) {
      fault(SettingKey.PORTS, "expected FIRST-LAST between 1 and 65535 such as 8081-8180");
    }
    return new PortRange(first, last);
  }

  private String transport() {
    String transport = text(SettingKey.TRANSPORT);
    if (!EventLoops.isKnown(transport)) {
      fault(SettingKey.TRANSPORT, "expected auto, io_uring, epoll or nio");
    }
    return transport;
  }

  private Optional<URI> url() {
    String text = text(SettingKey.URL);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("https?://[A-Za-z0-9.:\\[\\]-]+/?")) {
      fault(SettingKey.URL, "expected http://HOST:PORT or https://HOST");
      return Optional.empty();
    }
    return Optional.of(URI.create(text));
  }

  private Path path(Path folder, SettingKey key) {
    String text = text(key);
    if (text.isEmpty()) {
      fault(key, "expected a folder");
    }
    return folder.resolve(text).toAbsolutePath().normalize();
  }

  private String text(SettingKey key) {
    return entryOf(key).value().strip();
  }

  /** A secret that stands there itself is not to be seen; where it is kept may be. */
  private static Entry shown(Entry entry) {
    boolean hidden =
        entry.key().equals(SettingKey.CLUSTER_SECRET.key())
            && !entry.value().isEmpty()
            && !entry.value().startsWith("${");
    return hidden
        ? new Entry(
            entry.key(), "********", entry.source(), entry.description(), entry.defaultValue())
        : entry;
  }

  private Entry entryOf(SettingKey key) {
    Entry entry = chosen.get(key);
    if (entry == null) {
      throw new IllegalStateException("key " + key.key() + " was not chosen");
    }
    return entry;
  }

  private void fault(SettingKey key, String expectation) {
    Entry entry = entryOf(key);
    String value = shown(entry).value();
    onlyFlags &= entry.source().startsWith(FLAG);
    faults.add(key.key() + " = '" + value + "' (" + entry.source() + "): " + expectation);
  }
}
