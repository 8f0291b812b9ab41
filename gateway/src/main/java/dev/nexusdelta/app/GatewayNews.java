package dev.nexusdelta.app;

import dev.nexusdelta.fleet.EventLog;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the cluster's gateways, as events; one that is lost in the log, too. Every
 * gateway tells what it sees itself, so none of it is told on. Thread-safe; asked again with what
 * it has seen, it tells nothing.
 */
final class GatewayNews {
  private static final Logger log = LoggerFactory.getLogger(GatewayNews.class);

  private final EventLog events;

  /** Names of the others that are there, by id. */
  private Map<String, String> present = Map.of();

  /** Names of those that were told to be lost, by id. */
  private final Map<String, String> lost = new HashMap<>();

  private String leader = "";

  /**
   * The cluster at one moment.
   *
   * @param self id of this gateway
   * @param present names of those that are there by their ids, the oldest first, this one among
   *     them
   * @param members ids of those that belong to it
   * @param leader id of the one that leads, if one does
   * @param leaderName its name
   * @param size how many there are when all are there
   */
  record Sight(
      String self,
      Map<String, String> present,
      List<String> members,
      Optional<String> leader,
      String leaderName,
      int size) {}

  GatewayNews(EventLog events) {
    this.events = events;
  }

  /** Tells what is new. */
  synchronized void look(Sight now) {
    if (!now.present().containsKey(now.self())) {
      // It has not joined yet, or has left.
      return;
    }
    Map<String, String> there = new LinkedHashMap<>(now.present());
    there.remove(now.self());
    come(now, there);
    present.forEach(
        (id, name) -> {
          if (!there.containsKey(id)) {
            lost.put(id, name);
            String text = name + " has left, or cannot be reached: " + count(now);
            log.warn("{}", text);
            tell("gateway.lost", text);
          }
        });
    present = there;
    // Whoever is forgotten and comes back joins anew.
    lost.keySet().retainAll(Set.copyOf(now.members()));
    lead(now);
  }

  private void come(Sight now, Map<String, String> there) {
    boolean younger = false;
    for (String id : now.present().keySet()) {
      String name = there.get(id);
      if (name == null) {
        // Those before this one were there when it came, and are no news.
        younger = true;
      } else if (lost.remove(id) != null) {
        tell("gateway.returned", name + " is there again: " + count(now));
      } else if (younger && !present.containsKey(id)) {
        tell("gateway.joined", name + " has joined: " + count(now));
      }
    }
  }

  private void lead(Sight now) {
    String leads = now.leader().orElse(leader);
    if (!leader.isEmpty() && !leads.equals(leader)) {
      tell("gateway.leads", now.leaderName() + " leads now");
    }
    leader = leads;
  }

  private static String count(Sight now) {
    // Whoever has just come does not belong yet.
    int all = Math.max(now.size(), now.present().size());
    return now.present().size() + " of " + all + " gateways are there";
  }

  private void tell(String type, String reason) {
    events.add(type, Optional.empty(), Optional.empty(), "cluster", reason);
  }
}
