package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the end of a gateway means for its cluster. */
final class Parting {
  private Parting() {}

  /**
   * Lines for people, before it is ended; none for one that is alone, or does not answer.
   *
   * @param url of the gateway, as it is told to others
   * @param writer name of the one of two that may change things alone; empty text = none
   */
  static List<String> lines(Connection connection, URI url, String writer) {
    try {
      return lines(connection.admin().cluster(), url.toString(), writer);
    } catch (NexusException e) {
      return List.of(); // who ends it tells that
    }
  }

  private static List<String> lines(JsonValue cluster, String url, String writer) {
    List<JsonValue> present = cluster.get("gateways").items();
    long size = cluster.get("size").integer(1);
    Optional<String> name =
        present.stream()
            .filter(member -> member.get("url").text().equals(url))
            .map(member -> member.get("name").text())
            .findFirst();
    if (size < 2 || name.isEmpty()) {
      return List.of();
    }
    int left = present.size() - 1;
    boolean drained =
        cluster.get("drained").items().stream().anyMatch(it -> it.text().equals(name.get()));
    List<String> lines = new ArrayList<>();
    lines.add(
        left
            + " of "
            + size
            + (left == 1 ? " gateways remains" : " gateways remain")
            + (drained
                ? "; it is drained"
                : "; its replicas end: drain first to move them (nexus drain "
                    + name.get()
                    + " --wait)"));
    boolean changes =
        writer.isEmpty()
            ? left > size / 2
            : present.stream()
                .map(member -> member.get("name").text())
                .anyMatch(it -> it.equals(writer) && !it.equals(name.get()));
    if (!changes) {
      lines.add("no majority remains: changes will be refused until one more gateway is back");
    }
    return lines;
  }
}
