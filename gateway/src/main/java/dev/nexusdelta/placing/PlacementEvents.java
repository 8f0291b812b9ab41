package dev.nexusdelta.placing;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.placement.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Tells operators what moves, and what can run nowhere: once for each change. */
final class PlacementEvents {
  private static final int LONGEST = 500;

  private final EventLog events;
  private final UnaryOperator<String> names;
  private final Map<String, String> told = new HashMap<>();

  /**
   * Tells nothing yet.
   *
   * @param names of agents by their keys
   */
  PlacementEvents(EventLog events, UnaryOperator<String> names) {
    this.events = events;
    this.names = names;
  }

  /** Another leader decided before: what it has told is told again. */
  void begin() {
    told.clear();
  }

  /**
   * The leader has decided, after what was decided before.
   *
   * @param tried whether a gateway's host has had some of it, or tried to
   */
  void decided(String agent, Spread before, Spread now, Predicate<String> tried) {
    // More or fewer are wanted: that is told as it is decided. Here is what moves for itself.
    String changes =
        before.total() == now.total() && now.total() > 0 ? moved(before, now, tried) : "";
    if (!changes.isEmpty()) {
      add("agent.moved", agent, changes);
    }
  }

  /** All hosts have said what they can do. */
  void asked(String agent, Spread now) {
    if (now.unplaced() == 0) {
      told.remove(agent);
      return;
    }
    String reasons = reasons(now, now.reasons().keySet());
    String text =
        now.unplaced()
            + " of "
            + now.total()
            + " replica(s) can run on no host"
            + (reasons.isEmpty() ? "" : ": " + reasons);
    if (!text.equals(told.put(agent, text))) {
      add("agent.unplaced", agent, text);
    }
  }

  /** Forgets all other agents. */
  void keep(Set<String> agents) {
    told.keySet().retainAll(agents);
  }

  /** Told when something leaves a host; that others have been started for it was before. */
  private static String moved(Spread before, Spread now, Predicate<String> tried) {
    List<String> changes = new ArrayList<>();
    List<String> present = new ArrayList<>();
    boolean leaves = false;
    Set<String> gateways = new TreeSet<>(before.shares().keySet());
    gateways.addAll(now.shares().keySet());
    Set<String> had = new TreeSet<>();
    for (String gateway : gateways) {
      int was = before.share(gateway);
      int is = now.share(gateway);
      leaves |= is < was && tried.test(gateway);
      if (was != is) {
        changes.add(gateway + " " + was + " -> " + is);
      }
      if (is > 0) {
        present.add(gateway + " " + is);
      }
      if (was > 0) {
        had.add(gateway);
      }
    }
    if (!leaves) {
      return "";
    }
    String why = reasons(now, had);
    return String.join(", ", changes)
        + "; now "
        + (present.isEmpty() ? "nowhere" : String.join(", ", present))
        + (why.isEmpty() ? "" : "; " + why);
  }

  private static String reasons(Spread spread, Set<String> gateways) {
    List<String> reasons = new ArrayList<>();
    spread
        .reasons()
        .forEach(
            (gateway, reason) -> {
              if (gateways.contains(gateway)) {
                reasons.add(gateway + ": " + reason);
              }
            });
    return String.join("; ", reasons);
  }

  private void add(String type, String agent, String reason) {
    String text = reason.length() <= LONGEST ? reason : reason.substring(0, LONGEST) + "…";
    events.add(type, Optional.of(names.apply(agent)), Optional.empty(), "placement", text);
  }
}
