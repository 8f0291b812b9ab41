package dev.nexusdelta.app;

import dev.nexusdelta.discovery.hazelcast.Seal;
import dev.nexusdelta.hop.HopGate;
import dev.nexusdelta.hop.HopKey;
import dev.nexusdelta.proxy.ProxyServer;
import java.io.IOException;
import java.time.InstantSource;

/** How this gateway and the others of its cluster know and reach each other. */
final class Peers {
  private final String secret;
  private final Settings.Address address;
  private final boolean apart;

  private Peers(String secret, Settings.Address address, boolean apart) {
    this.secret = secret;
    this.address = address;
    this.apart = apart;
  }

  /**
   * Settles where calls come in that others pass on: where callers do, unless only TLS is spoken
   * there or other machines do not reach it; then at a port of its own.
   *
   * @throws IOException if the cluster's address is not this machine's
   */
  static Peers of(Settings settings, Listening listening) throws IOException {
    Settings.Cluster cluster = settings.cluster();
    // On loopback nobody is trusted less than callers are.
    String secret = cluster.secret().isEmpty() ? "of " + cluster.name() : cluster.secret();
    boolean reached =
        listening.isEverywhere()
            || listening.host().equals(cluster.address())
            || (cluster.isLocal() && Settings.Address.isLoopback(listening.host()));
    if (reached && !listening.isEncrypted()) {
      String host = listening.isEverywhere() ? cluster.address() : listening.host();
      return new Peers(secret, new Settings.Address(host, listening.port()), false);
    }
    int port = Listening.free(cluster.address(), 0);
    return new Peers(secret, new Settings.Address(cluster.address(), port), true);
  }

  /** Where the others pass calls on to. */
  String url() {
    String host = address.host();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.port();
  }

  /** Tells the calls of the others, and proves this one's. */
  HopGate gate(Standing self, InstantSource clock) {
    return new HopGate(self.name(), HopKey.of(secret), clock);
  }

  /** Of what gateways tell each other to do. */
  Seal seal() {
    return Seal.of(secret);
  }

  /** Listens for them, where callers are not listened for. */
  void open(ProxyServer proxy) {
    if (apart) {
      proxy.hearGateways(address.host(), address.port()).await();
    }
  }
}
