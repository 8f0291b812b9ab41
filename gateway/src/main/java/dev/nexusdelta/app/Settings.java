package dev.nexusdelta.app;

import dev.nexusdelta.access.AllowedAddresses;
import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.sync.RemoteSettings;
import dev.nexusdelta.sync.Trust;
import dev.nexusdelta.tls.PemFiles;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration in force: checked once at start, then frozen.
 *
 * @param listen where callers reach the gateway
 * @param admin where the admin API, probes and metrics have a listener of their own; empty =
 *     callers' listener has them too
 * @param withoutKeys wherever it listens, callers need no key before one exists
 * @param adminKeyFile holds a token with which its owner may do everything here
 * @param hosts names that the gateway answers to beside those of loopback
 * @param trusted proxies in front of the gateway
 * @param tls what encrypts the listener; empty = plain text
 * @param host kind of host that runs replicas: {@code process} or {@code docker}
 * @param ports range of the first replicas
 * @param transport of the event loops: {@code auto} or what must be available
 * @param data embedded store, logs, runtime state; one gateway per data folder
 * @param agents folder of {@code <name>/agent.yaml}
 * @param docker what counts where the host is {@code docker}
 * @param url how agents and people reach the gateway, when that is not what {@code listen} says
 * @param cluster the Hazelcast member
 * @param firestore what mirrors the registry; empty = nothing
 * @param allowed where agents may run that others register
 * @param trustHints whether their tools' hints permit to send calls again
 * @param caps how far load may let the fleet grow
 * @param entries every key with its value and where that came from, in the order of the
 *     documentation
 */
public record Settings(
    Address listen,
    Optional<Admin> admin,
    boolean withoutKeys,
    Optional<Path> adminKeyFile,
    Set<String> hosts,
    TrustedProxies trusted,
    Optional<PemFiles> tls,
    String host,
    PortRange ports,
    String transport,
    Path data,
    Path agents,
    Docker docker,
    Optional<URI> url,
    Cluster cluster,
    Optional<Firestore> firestore,
    AllowedAddresses allowed,
    boolean trustHints,
    Caps caps,
    List<Entry> entries) {

  /** Copies the collections. */
  public Settings {
    hosts = Set.copyOf(hosts);
    entries = List.copyOf(entries);
  }

  /** Whether what an agent's tools say of themselves permits to send a call again. */
  boolean believes(AgentSpec spec) {
    return trustHints || !spec.isForeign();
  }

  /**
   * Looks at the files that the configuration names; blocks.
   *
   * @throws SettingsException if one of them cannot be used
   */
  public void checkFiles() {
    TlsReader.load(this);
    AdminKeyFile.load(this);
  }

  /**
   * Whether callers need no key as long as none exists: nobody reaches the gateway from elsewhere,
   * or the operator insists.
   */
  public boolean isOpenWithoutKeys() {
    return withoutKeys
        || (Address.isLoopback(listen.host())
            && admin.filter(own -> !Address.isLoopback(own.address().host())).isEmpty());
  }

  /** A host and a port; port 0 = any free one. */
  public record Address(String host, int port) {
    /** Whether a literal address, or localhost, is reached from this machine only. */
    static boolean isLoopback(String host) {
      boolean literal = host.equals("localhost") || host.matches("[0-9.]+") || host.contains(":");
      try {
        return literal && InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        return false;
      }
    }
  }

  /**
   * The admin listener.
   *
   * @param wished by the operator: a taken port is refused, where otherwise the next free one is
   *     taken
   */
  public record Admin(Address address, boolean wished) {}

  /** Ports from {@code first} to {@code last}, both included. */
  public record PortRange(int first, int last) {}

  /** How the gateway reaches containers. */
  public enum Reach {
    /** At their bridge address, where that is on this machine; else at the published port. */
    AUTO,
    /** At their own address on the bridge. */
    CONTAINER,
    /** At 127.0.0.1 and the published port. */
    LOOPBACK
  }

  /**
   * The engine and what it is told.
   *
   * @param base image of Java agents to build upon
   * @param commandBase image of {@code run.command} agents without a Dockerfile to build upon
   * @param engine {@code unix:///var/run/docker.sock} or {@code tcp://HOST:PORT}
   */
  public record Docker(Reach reach, String base, String commandBase, URI engine) {}

  /**
   * The cluster that this gateway is a member of.
   *
   * @param port first port to try for the member; the next free one is taken; 0 = any
   * @param members {@code HOST:PORT} of others
   * @param size gateways that it has at least, when all are there
   * @param address where the member listens: loopback, or an address of a private network
   * @param secret what all gateways of it know; never shown
   * @param writer the one that may change the registry of a pair alone; empty = none may
   */
  public record Cluster(
      String name,
      int port,
      List<String> members,
      int size,
      String address,
      String secret,
      String writer) {
    /** Copies the list. */
    public Cluster {
      members = List.copyOf(members);
    }

    /** Whether all its gateways run on this machine. */
    public boolean isLocal() {
      return Address.isLoopback(address);
    }

    /** Whether this gateway is to be one of several. */
    public boolean isShared() {
      return size > 1;
    }

    @Override
    public String toString() {
      return "Cluster[" + name + " at " + address + ":" + port + ", " + members + "]";
    }
  }

  /** The registry's mirror. */
  public record Firestore(RemoteSettings remote, Trust trust) {}

  /**
   * Bounds of all replicas together, for what load may add.
   *
   * @param replicas most of them
   * @param memoryBytes most memory; zero where {@code memoryPercent} says it
   * @param memoryPercent most memory, of the machine's; zero where {@code memoryBytes} says it
   */
  public record Caps(int replicas, long memoryBytes, double memoryPercent) {
    /** The most memory in bytes on a machine with so many. */
    public long memoryOf(long machineBytes) {
      return memoryBytes > 0 ? memoryBytes : (long) (machineBytes * (memoryPercent / 100));
    }
  }

  /**
   * One key as {@code nexus config show} prints it.
   *
   * @param source {@code flag --listen}, {@code environment NEXUS_LISTEN}, {@code nexus.yaml:3},
   *     {@code default}
   */
  public record Entry(
      String key, String value, String source, String description, String defaultValue) {}
}
