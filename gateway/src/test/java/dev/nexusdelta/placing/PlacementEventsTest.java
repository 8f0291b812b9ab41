package dev.nexusdelta.placing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.placement.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PlacementEventsTest {
  private final Told told = new Told();
  private final PlacementEvents events =
      new PlacementEvents(told, key -> key.equals("math") ? "Math" : key);

  /** What was added: type, agent, reason. */
  private static final class Told implements EventLog {
    final List<String> lines = new ArrayList<>();

    @Override
    public void add(
        String type, Optional<String> agent, Optional<String> replica, String by, String reason) {
      lines.add(type + " " + agent.orElse("-") + " " + reason);
    }

    @Override
    public void heard(String gateway, FleetEvent event) {}

    @Override
    public Optional<List<FleetEvent>> since(long id) {
      return Optional.empty();
    }

    @Override
    public List<FleetEvent> recent() {
      return List.of();
    }

    @Override
    public ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener) {
      return () -> {};
    }
  }

  private static Spread spread(Map<String, Integer> shares, Map<String, String> reasons) {
    return new Spread(1, 2, shares, reasons, 0, true);
  }

  @Test
  void anAgentIsCalledByItsProperName() {
    Spread before = spread(Map.of("a", 2), Map.of());
    Spread now = spread(Map.of("b", 2), Map.of("a", "draining"));
    events.decided("math", before, now, gateway -> true);
    events.asked("math", new Spread(1, 2, Map.of(), Map.of("a", "no engine"), 2, true));
    assertThat(told.lines)
        .containsExactly(
            "agent.moved Math a 2 -> 0, b 0 -> 2; now b 2; a: draining",
            "agent.unplaced Math 2 of 2 replica(s) can run on no host: a: no engine");
  }

  @Test
  void whatNeverRanThereDoesNotMove() {
    Spread before = spread(Map.of("a", 0, "b", 2), Map.of());
    Spread now = spread(Map.of("a", 2, "b", 0), Map.of("b", "holds no code of it"));
    events.decided("math", before, now, gateway -> !gateway.equals("b"));
    assertThat(told.lines).isEmpty();
    events.decided("math", before, now, gateway -> true);
    assertThat(told.lines).hasSize(1);
  }
}
