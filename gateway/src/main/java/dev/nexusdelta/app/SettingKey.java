package dev.nexusdelta.app;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Every key of the configuration: its name, default and meaning. */
enum SettingKey {
  LISTEN(
      "listen",
      "127.0.0.1:8080",
      "address that callers use; another one than loopback needs a key first (nexus keys create)"),
  LISTEN_WITHOUT_KEYS(
      "listen-without-keys",
      "false",
      "true: listen may be any address although no key protects the gateway; for containers whose"
          + " port is published on loopback"),
  ADMIN_KEY_FILE(
      "admin-key-file",
      "",
      "file with a token, which is a key of this gateway with scope admin: one of nexus keys create,"
          + " or any text of at least 32 characters"),
  ADMIN(
      "admin",
      "",
      "address of a listener of its own for /api, probes and metrics; empty = listen has them while"
          + " it is loopback, else 127.0.0.1:8079"),
  HOSTS(
      "hosts",
      "",
      "names, separated by commas, under which callers may reach the gateway, beside localhost"),
  TRUSTED_PROXIES(
      "trusted-proxies",
      "",
      "addresses and networks, separated by commas, of proxies in front of the gateway whose"
          + " X-Forwarded-* headers are believed; everybody else's are replaced"),
  TLS_CERT(
      "tls.cert",
      "",
      "PEM file with the certificate of the listener and its chain; read again when it changes"),
  TLS_KEY(
      "tls.key", "", "PEM file with the private key to it, PKCS #8, readable by the gateway only"),
  HOST(
      "host",
      "process",
      "what runs replicas: process or docker; a running fleet never changes host by itself"),
  PORTS("ports", "8081-8180", "ports of the first replicas; further replicas take 20000-29999"),
  TRANSPORT(
      "transport",
      "auto",
      "how the event loops wait for sockets: auto (the first that works of the others, in this"
          + " order), io_uring, epoll or nio"),
  DATA("data", ".nexus", "folder of the embedded store, logs and runtime state; one gateway each"),
  AGENTS("agents", "agents", "folder of <name>/agent.yaml"),
  URL("url", "", "how agents reach the gateway, when listen does not say it"),
  DOCKER_REACH(
      "docker.reach",
      "auto",
      "how the gateway reaches containers: container (bridge address, same Linux host), loopback"
          + " (published port), or auto"),
  DOCKER_BASE(
      "docker.base", "nexus-delta-agent:latest", "image that those of Java agents are made from"),
  DOCKER_COMMAND_BASE(
      "docker.command-base",
      "debian:stable-slim",
      "image that those of run.command agents without a Dockerfile are made from"),
  DOCKER_SOCKET(
      "docker.socket", "", "socket of the engine; empty = DOCKER_HOST, else /var/run/docker.sock"),
  CLUSTER_NAME("cluster.name", "nexus", "name that members of one cluster share"),
  CLUSTER_PORT(
      "cluster.port", "5701", "first port to try for the cluster member; 0 = any free one"),
  CLUSTER_MEMBERS(
      "cluster.members",
      "",
      "HOST:PORT of other gateways' members, separated by commas, to form a cluster with; one that"
          + " runs is enough"),
  CLUSTER_SIZE(
      "cluster.size",
      "1",
      "gateways that the cluster has when all are there, if these are more than members lists and"
          + " have joined: changes need a majority of them"),
  CLUSTER_ADVERTISE(
      "cluster.advertise",
      "",
      "address of this machine on a private network, where gateways of other machines reach this"
          + " one; empty = loopback"),
  CLUSTER_SECRET(
      "cluster.secret",
      "",
      "what the gateways of a cluster prove each other to know, at least 16 characters; ${file:PATH}"
          + " or ${env:NAME} keep it out of sight; needed beyond loopback"),
  CLUSTER_WRITER(
      "cluster.writer",
      "",
      "name of the gateway that may change the registry of a pair while the other one is away;"
          + " empty = both must be there"),
  FIRESTORE_PROJECT(
      "registry.firestore.project",
      "",
      "Google Cloud project whose Firestore mirrors the registry; empty = none does"),
  FIRESTORE_EMULATOR(
      "registry.firestore.emulator",
      "",
      "HOST:PORT of a Firestore emulator that is used in place of the cloud"),
  FIRESTORE_COLLECTION(
      "registry.firestore.collection", "agents", "its collection, one document per agent"),
  FIRESTORE_TRUST(
      "registry.firestore.trust",
      "card",
      "what is taken over from there: card (description, scale, limits, enabled), or full (all, and"
          + " new agents: whoever may write there then runs programs here)"),
  MARKETPLACE_ALLOW(
      "marketplace.allow",
      "",
      "addresses, networks and names, separated by commas, where agents may run that others"
          + " register: cards, documents of Firestore; a name counts for public addresses only;"
          + " loopback too while the gateway listens there only"),
  MARKETPLACE_TRUST_HINTS(
      "marketplace.trust-hints",
      "false",
      "true: a tool of an agent that others registered may say itself (readOnly, idempotent) that"
          + " calls of it can be sent again"),
  FLEET_REPLICAS(
      "fleet.replicas",
      "200",
      "replicas of all agents together up to which load may add more; none is taken away for it"),
  FLEET_MEMORY(
      "fleet.memory",
      "75%",
      "memory of all replicas together up to which load may add more: of the machine's, such as"
          + " 75%, or a size such as 8GiB");

  private final String key;
  private final String defaultValue;
  private final String description;

  SettingKey(String key, String defaultValue, String description) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  String key() {
    return key;
  }

  /** The entries of a value that lists several, separated by commas. */
  static List<String> items(String value) {
    return Arrays.stream(value.split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /** A number of up to six digits; -1 = it is none. */
  static int number(String text) {
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : -1;
  }

  String defaultValue() {
    return defaultValue;
  }

  String description() {
    return description;
  }

  /** {@code cluster.port} is {@code NEXUS_CLUSTER_PORT}. */
  String environmentName() {
    return "NEXUS_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
