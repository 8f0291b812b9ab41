package dev.nexusdelta.placing;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.Placed;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.HostedAgent;
import dev.nexusdelta.placement.Memory;
import dev.nexusdelta.placement.Need;
import dev.nexusdelta.placement.Placement;
import dev.nexusdelta.placement.Placement.Host;
import dev.nexusdelta.placement.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides for all gateways while this one leads. Who begins takes over what is published, so
 * nothing moves because another one leads. Not thread-safe: belongs to the context of {@link
 * Placing}.
 */
final class Leading {
  private final Placing.Parts parts;
  private final Board board;
  private final PlacementEvents events;

  /** Taken over, and not shown by the fleet yet. */
  private final Map<String, Adopted> adopted = new HashMap<>();

  /** Decided, but it could not be published: agents to be told of again. */
  private final Set<String> unsent = ConcurrentHashMap.newKeySet();

  private Memory memory = Memory.NOTHING;

  /** So long the fleet may take to show what it was told. */
  private static final Duration HEARD = Duration.ofSeconds(1);

  private boolean leads;
  private long term;
  private long sequence;

  /** A number of replicas that the fleet was told at that time, when it wanted another one. */
  private record Adopted(int before, int total, long at) {
    boolean holds(int wanted, long now) {
      return wanted == before && now - at < HEARD.toNanos();
    }
  }

  Leading(Placing.Parts parts, Board board) {
    this.parts = parts;
    this.board = board;
    this.events = new PlacementEvents(parts.events(), this::name);
  }

  private String name(String agent) {
    return parts
        .registry()
        .agentOrTombstone(new AgentName(agent))
        .map(spec -> spec.name().value())
        .orElse(agent);
  }

  boolean leads() {
    return leads;
  }

  /** Looks who leads; true if that has changed. */
  boolean look(boolean now) {
    boolean changed = leads != now;
    if (changed && now) {
      term = board.highestTerm() + 1;
      sequence = 0;
      memory = Memory.NOTHING;
      adopted.clear();
      events.begin();
    }
    leads = now;
    return changed;
  }

  /** Decides, publishes what is new, and returns the agents concerned. */
  Set<String> decide(List<Placed> agents, long now) {
    List<Need> needs = new ArrayList<>();
    for (Placed agent : agents) {
      if (!(agent.spec().manifest().run() instanceof Run.Url)) {
        needs.add(need(agent, now));
      }
    }
    Map<String, Map<String, Integer>> published = new HashMap<>();
    board.assignments().forEach((agent, said) -> published.put(agent, said.spread().shares()));
    Placement.Decision decision =
        Placement.decide(needs, board.hosts(), memory.with(published), parts.patience(), now);
    memory = decision.memory();
    Set<String> changed = new HashSet<>();
    decision
        .agents()
        .forEach(
            (agent, spread) -> {
              if (publish(agent, spread)) {
                changed.add(agent);
              }
              if (spread.asked()) {
                events.asked(agent, spread);
              }
            });
    changed.addAll(forget(decision.agents().keySet()));
    events.keep(decision.agents().keySet());
    return changed;
  }

  private Need need(Placed agent, long now) {
    AgentSpec spec = agent.spec();
    boolean container = spec.manifest().run() instanceof Run.Image;
    return new Need(
        spec.name().key(),
        spec.revision(),
        total(agent, now),
        container,
        Codes.matters(spec) ? spec.codeHash() : "",
        agent.memory());
  }

  private int total(Placed agent, long now) {
    AgentSpec spec = agent.spec();
    Optional<Manifest.Scale> scale = spec.manifest().scale();
    if (spec.deleted() || !spec.enabled() || spec.pinned().isPresent() || scale.isEmpty()) {
      return agent.total();
    }
    String key = spec.name().key();
    Adopted told = adopted.get(key);
    if (told != null && told.holds(agent.total(), now)) {
      return told.total();
    }
    adopted.remove(key);
    int wanted = agent.total();
    if (board.assignment(key).isEmpty()) {
      // Nobody has decided: hosts are adopted as they are.
      int runs = board.hosts().stream().mapToInt(host -> host.report().agent(key).staying()).sum();
      wanted = Math.max(wanted, Math.min(scale.get().max(), runs));
    } else if (wanted == 0) {
      wanted = board.hosts().stream().mapToInt(host -> asked(host, key)).max().orElse(0);
    }
    if (wanted != agent.total()) {
      adopted.put(key, new Adopted(agent.total(), wanted, now));
      parts.fleet().adopt(spec.name(), wanted);
    }
    return wanted;
  }

  private int asked(Host host, String agent) {
    boolean others = !host.report().gateway().equals(parts.gateway());
    return others ? host.report().agent(agent).asked() : 0;
  }

  private boolean publish(String agent, Spread spread) {
    Optional<Assignment> known = board.assignment(agent);
    boolean same = known.filter(it -> it.term() == term && it.spread().equals(spread)).isPresent();
    if (same && !unsent.contains(agent)) {
      return false;
    }
    known.ifPresent(was -> events.decided(agent, was.spread(), spread, at -> tried(at, agent)));
    Assignment next = new Assignment(agent, term, ++sequence, spread);
    board.assigned(next);
    unsent.remove(agent);
    parts.channel().assign(next).onFailure(e -> unsent.add(agent));
    return true;
  }

  /** Of a host that is lost nobody knows. */
  private boolean tried(String gateway, String agent) {
    HostReport host = board.host(gateway);
    HostedAgent there = host == null ? HostedAgent.NONE : host.agent(agent);
    return host == null || there.present() > 0 || !there.failure().isEmpty();
  }

  /** What is published of agents that are deleted, or run elsewhere by now. */
  private Set<String> forget(Set<String> placed) {
    Set<String> gone = new HashSet<>();
    for (String agent : board.assignments().keySet()) {
      if (!placed.contains(agent)
          && parts
              .registry()
              .agentOrTombstone(new AgentName(agent))
              .filter(this::ended)
              .isPresent()) {
        gone.add(agent);
      }
    }
    for (String agent : gone) {
      board.forgotten(agent);
      parts.channel().forget(agent);
    }
    return gone;
  }

  private boolean ended(AgentSpec spec) {
    return spec.deleted() || spec.manifest().run() instanceof Run.Url;
  }
}
