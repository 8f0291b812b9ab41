package dev.nexusdelta.app;

import dev.nexusdelta.app.Settings.Cluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys under {@code cluster}. Used once. */
final class ClusterReader {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int USUAL_PORT = 5701;
  private static final int MOST = 15;
  private static final int SECRET = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern MEMBER = Pattern.compile("([A-Za-z0-9.-]+):([0-9]{1,5})");
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final Pattern PLACED = Pattern.compile("\\$\\{(env|file):([^}]+)}");

  private final Function<SettingKey, String> values;
  private final Map<String, String> env;
  private final Path folder;
  private final BiConsumer<SettingKey, String> faults;

  /**
   * A reader.
   *
   * @param values of all keys
   * @param env the process environment
   * @param folder where relative paths count from
   * @param faults takes what was expected of which key
   */
  ClusterReader(
      Function<SettingKey, String> values,
      Map<String, String> env,
      Path folder,
      BiConsumer<SettingKey, String> faults) {
    this.values = values;
    this.env = env;
    this.folder = folder;
    this.faults = faults;
  }

  Cluster read() {
    String name = values.apply(SettingKey.CLUSTER_NAME);
    check(
        SettingKey.CLUSTER_NAME,
        NAME.matcher(name).matches(),
        "expected letters, digits, dots and dashes such as nexus");
    int port = number(values.apply(SettingKey.CLUSTER_PORT));
    check(SettingKey.CLUSTER_PORT, port >= 0 && port <= 65535, "expected a port from 0 to 65535");
    String address = address();
    List<String> members = members(address, port);
    int size = size(members);
    String secret = secret();
    boolean local = Settings.Address.isLoopback(address);
    check(
        SettingKey.CLUSTER_SECRET,
        local || !secret.isEmpty(),
        "a secret is needed beyond loopback, the same on all gateways: put one into a file that only"
            + " you can read (openssl rand -hex 32) and name it: ${file:/etc/nexus/cluster.secret}");
    String writer = values.apply(SettingKey.CLUSTER_WRITER);
    check(
        SettingKey.CLUSTER_WRITER,
        writer.isEmpty() || (size == 2 && NAME.matcher(writer).matches()),
        "only one of exactly two gateways can be the writer, and it is given by the name that"
            + " /api/v1/cluster shows, such as gateway-8080");
    return new Cluster(name, port, members, size, address, secret, writer);
  }

  private String address() {
    String text = values.apply(SettingKey.CLUSTER_ADVERTISE);
    if (text.isEmpty()) {
      return LOOPBACK;
    }
    check(
        SettingKey.CLUSTER_ADVERTISE,
        LITERAL.matcher(text).matches() && isPrivate(text),
        "expected the address of this machine on a private network, such as 10.0.0.1: what gateways"
            + " tell each other is proved, but not encrypted");
    return text;
  }

  /** RFC 1918, RFC 6598, RFC 4193 or loopback. */
  private static boolean isPrivate(String literal) {
    try {
      InetAddress address = InetAddress.getByName(literal);
      byte[] bytes = address.getAddress();
      boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
      boolean unique = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
      return address.isSiteLocalAddress() || address.isLoopbackAddress() || shared || unique;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Those of others: one list may serve all gateways. Where nobody has said which port is this
   * one's, it is the next free one, and the usual one is another gateway's on this machine; so is
   * the only one that is named there, for nobody joins himself.
   */
  private List<String> members(String address, int port) {
    boolean known = port != USUAL_PORT || !Settings.Address.isLoopback(address);
    List<String> named = SettingKey.items(values.apply(SettingKey.CLUSTER_MEMBERS));
    boolean only = named.size() == 1 && Settings.Address.isLoopback(address);
    List<String> others = new ArrayList<>();
    for (String member : named) {
      Matcher parts = MEMBER.matcher(member);
      if (!parts.matches() || number(parts.group(2)) > 65535 || number(parts.group(2)) < 1) {
        faults.accept(
            SettingKey.CLUSTER_MEMBERS,
            "'"
                + member
                + "' is none: expected HOST:PORT of another gateway's cluster member, such"
                + " as 127.0.0.1:5701");
      } else if (Settings.Address.isLoopback(address)
          && !Settings.Address.isLoopback(parts.group(1))) {
        faults.accept(
            SettingKey.CLUSTER_MEMBERS,
            "'"
                + member
                + "' is on another machine, which reaches this gateway only at an address"
                + " that cluster.advertise names");
      } else if (!known || only || !member.equals(address + ":" + port)) {
        others.add(member);
      }
    }
    return others;
  }

  private int size(List<String> members) {
    int size = number(values.apply(SettingKey.CLUSTER_SIZE));
    check(
        SettingKey.CLUSTER_SIZE,
        size >= 1 && size <= MOST,
        "expected how many gateways there are, from 1 to " + MOST);
    return Math.max(size, members.size() + 1);
  }

  private String secret() {
    String text = values.apply(SettingKey.CLUSTER_SECRET);
    Matcher placed = PLACED.matcher(text);
    String secret = placed.matches() ? found(placed.group(1), placed.group(2)) : text;
    check(
        SettingKey.CLUSTER_SECRET,
        secret.isEmpty() ? text.isEmpty() : secret.length() >= SECRET,
        "expected at least "
            + SECRET
            + " characters (openssl rand -hex 32), or a place that has"
            + " them: ${file:PATH} or ${env:NAME}");
    return secret;
  }

  private String found(String kind, String place) {
    if (kind.equals("env")) {
      return env.getOrDefault(place, "").strip();
    }
    try {
      return Files.readString(folder.resolve(place)).strip();
    } catch (IOException e) {
      faults.accept(SettingKey.CLUSTER_SECRET, "the file cannot be read (" + e + ")");
      return "";
    }
  }

  private void check(SettingKey key, boolean good, String expectation) {
    if (!good) {
      faults.accept(key, expectation);
    }
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : -1;
  }
}
