package dev.nexusdelta.placing;

import dev.nexusdelta.fleet.Placed;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.HostedAgent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the reports of this gateway's host: one that says nothing new is due only every ten
 * seconds. Not thread-safe: belongs to the context of {@link Placing}.
 */
final class HostTelling {
  private static final long AGAIN = Duration.ofSeconds(10).toNanos();

  private final String gateway;
  private final long epoch;
  private final HostFacts facts;
  private @Nullable HostReport last;
  private long lastAt;

  HostTelling(String gateway, long epoch, HostFacts facts) {
    this.gateway = gateway;
    this.epoch = epoch;
    this.facts = facts;
  }

  /** The next report; empty if there is nothing to say now. */
  Optional<HostReport> next(
      List<Placed> agents, Codes codes, Board board, boolean leads, long now) {
    Map<String, HostedAgent> hosted = new HashMap<>();
    for (Placed agent : agents) {
      Codes.Seen code = codes.of(agent.spec());
      String key = agent.spec().name().key();
      hosted.put(
          key,
          agent
              .here()
              .with(
                  Math.min(agent.here().revision(), code.revision()),
                  code.hash(),
                  code.travels(),
                  leads ? 0 : asked(agent, board.assignment(key))));
    }
    HostReport before = last;
    if (before != null && before.agents().equals(hosted) && now - lastAt < AGAIN) {
      return Optional.empty();
    }
    HostReport report =
        new HostReport(
            gateway,
            epoch,
            before == null ? 1 : before.sequence() + 1,
            facts.kinds(),
            facts.cpus(),
            facts.memory(),
            hosted);
    last = report;
    lastAt = now;
    return Optional.of(report);
  }

  /** Somebody wants to see one run that has gone idle. */
  private static int asked(Placed agent, Optional<Assignment> said) {
    return said.filter(it -> it.spread().total() == 0).isPresent() ? agent.total() : 0;
  }
}
