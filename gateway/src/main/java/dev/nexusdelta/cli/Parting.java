package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.ProblemException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the end of a gateway means for its cluster. */
final class Parting {
  private Parting() {}

  /**
   * Lines for people, before it is ended; none for one that is alone. Fails like any request if it
   * does not answer.
   *
   * @param url of the gateway, as it is told to others
   * @param writer name of the one of two that may change things alone; empty text = none
   */
  static List<String> lines(Connection connection, URI url, String writer) {
    try {
      return lines(connection.admin().cluster(), url.toString(), writer);
    } catch (ProblemException e) {
      return List.of(); // an older one, or one that refuses its end too
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
    if (left == 0) {
      return List.of("none of " + size + " gateways remains: nobody takes calls then");
    }
    List<String> names = present.stream().map(member -> member.get("name").text()).toList();
    List<String> others = names.stream().filter(it -> !it.equals(name.get())).toList();
    List<String> lines = new ArrayList<>();
    lines.add(
        left
            + " of "
            + size
            + (left == 1 ? " gateways remains" : " gateways remain")
            + replicas(cluster, name.get(), mayChange(names, size, writer)));
    if (!mayChange(others, size, writer)) {
      lines.add("no majority remains: changes will be refused until there is one again");
    }
    return lines;
  }

  /** A wish to drain is a change too. */
  private static String replicas(JsonValue cluster, String name, boolean mayDrain) {
    if (cluster.get("drained").items().stream().anyMatch(it -> it.text().equals(name))) {
      return "; it is drained";
    }
    return mayDrain
        ? "; its replicas end: drain first to move them (nexus drain " + name + " --wait)"
        : "; its replicas end";
  }

  private static boolean mayChange(List<String> present, long size, String writer) {
    return writer.isEmpty() ? present.size() > size / 2 : present.contains(writer);
  }
}
