package dev.nexusdelta.cli.folder;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The port that a new agent gets for its first replica: the wished one, or the next that nobody
 * listens on and no other agent wishes.
 *
 * @param takenBy who has the wished port; empty = it is free and was given
 */
public record WishedPort(int wish, int given, String takenBy) {
  private static final int LAST = 65_535;

  /**
   * Chooses.
   *
   * @param agents folder of the other agents
   * @param gatewayPort the gateway's own, never given
   */
  public static WishedPort choose(int wish, Path agents, int gatewayPort) {
    if (wish < 1 || wish > LAST) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "port " + wish + " is not between 1 and " + LAST,
          "choose one such as 8081, or leave --port out");
    }
    Map<Integer, String> wishes = wishes(agents);
    wishes.put(gatewayPort, "the gateway");
    String takenBy = "";
    for (int port = wish; port <= LAST; port++) {
      String holder =
          wishes.getOrDefault(port, listens(port) ? "a program that listens there" : "");
      if (holder.isEmpty()) {
        return new WishedPort(wish, port, takenBy);
      }
      if (port == wish) {
        takenBy = holder;
      }
    }
    throw new CommandFailure(
        ExitCode.CONFLICT, "no port from " + wish + " on is free", "choose a lower --port");
  }

  private static Map<Integer, String> wishes(Path agents) {
    Map<Integer, String> wishes = new HashMap<>();
    for (AgentFolder folder : AgentFolder.all(agents)) {
      Optional<Manifest> manifest = folder.manifest();
      manifest.ifPresent(
          found -> found.port().ifPresent(port -> wishes.put(port, "agent " + found.name())));
    }
    return wishes;
  }

  /** Whether somebody listens on this port of the loopback address or of all addresses. */
  public static boolean listens(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
