package dev.nexusdelta.proxy;

import dev.nexusdelta.load.AgentLoad;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what the event loops have counted. Each is asked on its own thread, so that calls are
 * counted without locks. Thread-safe.
 *
 * <p>A loop that does not answer in time makes a take fail; what others have given by then, and
 * what it gives later, belongs to the next one: nothing that was counted is lost.
 */
final class LoadTakes {
  /** Shorter than what the reader of reports takes for silence. */
  private static final long PATIENCE_MILLIS = 1000;

  private final Lanes lanes;
  private final Map<Lane, Map<String, AgentLoad>> untold = new HashMap<>();
  private @Nullable Future<Void> asking;

  LoadTakes(Lanes lanes) {
    this.lanes = lanes;
  }

  /** What was counted since the last take that succeeded, by agent; fails if a loop is late. */
  Future<Map<String, AgentLoad>> take() {
    return asked().timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).map(all -> told());
  }

  private synchronized Future<Void> asked() {
    Future<Void> running = asking;
    if (running == null || running.isComplete()) {
      List<Future<Void>> answers =
          lanes.all().stream()
              .map(lane -> lane.takeLoad().<Void>map(loads -> keep(lane, loads)))
              .toList();
      running = Future.join(answers).mapEmpty();
      asking = running;
    }
    return running;
  }

  private synchronized @Nullable Void keep(Lane lane, Map<String, AgentLoad> loads) {
    untold.merge(lane, loads, LoadTakes::later);
    return null;
  }

  /** Counts of two takes of one loop, and the present as the later one says. */
  private static Map<String, AgentLoad> later(
      Map<String, AgentLoad> before, Map<String, AgentLoad> now) {
    Map<String, AgentLoad> both = new HashMap<>(now);
    before.forEach(
        (agent, load) ->
            both.merge(
                agent,
                new AgentLoad(
                    load.arrivals(),
                    load.answered(),
                    load.callSeconds(),
                    load.serviceSeconds(),
                    0,
                    0,
                    Duration.ZERO),
                AgentLoad::plus));
    return both;
  }

  private synchronized Map<String, AgentLoad> told() {
    Map<String, AgentLoad> told = new HashMap<>();
    untold
        .values()
        .forEach(loads -> loads.forEach((a, load) -> told.merge(a, load, AgentLoad::plus)));
    untold.clear();
    return told;
  }
}
