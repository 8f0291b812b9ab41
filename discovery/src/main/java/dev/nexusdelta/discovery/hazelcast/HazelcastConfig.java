package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClusterRoutingConfig;
import com.hazelcast.client.config.RoutingMode;
import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.EndpointQualifier;
import java.util.List;
import java.util.Map;

/**
 * The settings of Hazelcast: reachable by nobody it was not told about, and frugal.
 *
 * <p>A default member is made for gigabytes; here it holds some hundred short texts. Single threads
 * and 31 partitions do (a prime, so that keys spread); the price is parallelism nobody asks for.
 * The number of partitions must be the same on all members, so it is no setting. Measured with
 * 5.6.0, 2 cores: 20 threads instead of 32; resident size hardly changes (127 MB on 17, 143 MB on
 * 25 with the collector's defaults), for it is classes (25 MB of metaspace) and untouched garbage:
 * a young generation of 6 MB brings the same member to 90 MB.
 */
final class HazelcastConfig {
  static final String REPLICAS = "nexus.replicas";
  static final String CLAIMS = "nexus.claims";
  static final String LOADS = "nexus.loads";
  static final String MESSAGES = "nexus.messages";
  static final String NOTICES = "nexus.notices";
  static final String HOSTS = "nexus.hosts";
  static final String PLACEMENT = "nexus.placement";
  static final String GATEWAY = "nexus.gateway";

  /** Besides the first: of up to seven members three may go at once, and a majority is left. */
  private static final int COPIES = 3;

  /** So soon is somebody who does not answer tried anew. */
  private static final int CONNECT_SECONDS = 3;

  /** Each waits while its message is answered, which may take others. */
  private static final int MESSAGE_THREADS = 16;

  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          // Nobody is called, nothing is bound that was not asked for, nobody else stops us.
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          Map.entry("hazelcast.socket.bind.any", "false"),
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.logging.details.enabled", "false"),
          Map.entry("hazelcast.logging.emoji.enabled", "false"),
          // Alone: serve at once. Lost members: gone after 10 s. Split halves: tried every 5 s, for
          // a try takes some seconds itself and both are to be one within 30.
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "9"),
          Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
          Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
          // A change that may be lost with a member that dies now is told as a failure.
          Map.entry("hazelcast.operation.fail.on.indeterminate.state", "true"),
          Map.entry("hazelcast.graceful.shutdown.max.wait", "5"),
          // Frugal.
          Map.entry("hazelcast.partition.count", "31"),
          Map.entry("hazelcast.operation.thread.count", "2"),
          Map.entry("hazelcast.operation.generic.thread.count", "2"),
          Map.entry("hazelcast.operation.response.thread.count", "1"),
          Map.entry("hazelcast.io.thread.count", "1"),
          Map.entry("hazelcast.event.thread.count", "1"),
          Map.entry("hazelcast.event.queue.capacity", "10000"),
          Map.entry("hazelcast.clientengine.thread.count", "1"),
          Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
          Map.entry("hazelcast.clientengine.query.thread.count", "1"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"),
          Map.entry("hazelcast.slow.operation.detector.enabled", "false"));

  private HazelcastConfig() {}

  static Config member(ClusterSettings settings, String instance) {
    Config config = new Config(instance);
    config.setClusterName(settings.cluster());
    config.setClassLoader(HazelcastConfig.class.getClassLoader());
    PROPERTIES.forEach(config::setProperty);
    config.getJetConfig().setEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false);
    config
        .getSerializationConfig()
        .setJavaSerializationFilterConfig(textOnly())
        .addDataSerializableFactory(Message.FACTORY, Message::make);
    config.addExecutorConfig(
        new ExecutorConfig(MESSAGES).setPoolSize(MESSAGE_THREADS).setStatisticsEnabled(false));
    config.getMemberAttributeConfig().setAttribute(GATEWAY, settings.gateway());
    settings.attributes().forEach(config.getMemberAttributeConfig()::setAttribute);
    network(config.getAdvancedNetworkConfig().setEnabled(true), settings);
    for (String map : List.of(REPLICAS, CLAIMS, NOTICES, HOSTS, PLACEMENT)) {
      config.addMapConfig(
          new MapConfig(map)
              .setBackupCount(COPIES)
              .setReadBackupData(true)
              .setStatisticsEnabled(false)
              .setPerEntryStatsEnabled(false));
    }
    return config;
  }

  /**
   * One door for members, one for programs. Where one door takes both, Hazelcast 5.6 and 5.7 wait
   * for the other side's first word before they write, in a loop that leaves out all other
   * connections: a member that is frozen, whose kernel still accepts, takes the whole cluster apart
   * (its issue 26473).
   */
  private static void network(AdvancedNetworkConfig network, ClusterSettings settings) {
    network.setMemberEndpointConfig(
        door(EndpointQualifier.MEMBER, settings.address())
            .setPort(settings.port())
            .setPortAutoIncrement(settings.autoIncrement()));
    network.setClientEndpointConfig(
        door(EndpointQualifier.CLIENT, ClusterSettings.LOOPBACK)
            .setPort(settings.port() == 0 ? 0 : ClusterSettings.PROGRAMS_PORT)
            .setPortAutoIncrement(settings.port() != 0));
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
    settings.members().forEach(join.getTcpIpConfig()::addMember);
  }

  private static ServerSocketEndpointConfig door(EndpointQualifier whose, String address) {
    ServerSocketEndpointConfig door = new ServerSocketEndpointConfig();
    door.setName(whose.getIdentifier());
    door.setProtocolType(whose.getType());
    door.setReuseAddress(true);
    // A connection that is begun towards a host that swallows everything is waited for by all who
    // want one, and the kernel repeats its first packet more and more rarely: after a minute of
    // silence only half a minute later. The property of this name is not read where doors are.
    door.setSocketConnectTimeoutSeconds(CONNECT_SECONDS);
    door.getInterfaces().setEnabled(true).addInterface(address);
    return door;
  }

  static ClientConfig client(String instance, String cluster, List<String> members) {
    ClientConfig config = new ClientConfig();
    config.setInstanceName(instance);
    config.setClusterName(cluster);
    config.setClassLoader(HazelcastConfig.class.getClassLoader());
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.client.statistics.enabled", "false")
        .setProperty("hazelcast.client.invocation.timeout.seconds", "10");
    config.getSerializationConfig().setJavaSerializationFilterConfig(textOnly());
    config.getMetricsConfig().setEnabled(false);
    config.getNetworkConfig().setAddresses(members);
    // The doors of members on other machines are not reachable from here.
    config
        .getNetworkConfig()
        .setClusterRoutingConfig(
            new ClusterRoutingConfig().setRoutingMode(RoutingMode.SINGLE_MEMBER));
    config
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(10_000);
    return config;
  }

  /**
   * Values are plain text. Of Java's own serialisation only the failures of operations are let in,
   * for a message would otherwise be lost behind a refusal.
   */
  private static JavaSerializationFilterConfig textOnly() {
    JavaSerializationFilterConfig filter =
        new JavaSerializationFilterConfig().setDefaultsDisabled(true);
    // A failure comes with its trace, and with a list of what it suppressed.
    filter
        .getWhitelist()
        .addPrefixes(
            "java.lang.",
            "[Ljava.lang.StackTraceElement;",
            "java.util.Collections$",
            "com.hazelcast.")
        .addClasses("java.util.ArrayList");
    return filter;
  }
}
