package dev.nexusdelta.app;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.fleet.FleetView;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a predecessor served: its successor takes no call before it can do the same. */
final class Served {
  private static final Logger log = LoggerFactory.getLogger(Served.class);

  /** A replica may have died since; the predecessor serves on meanwhile, so this hurts nobody. */
  private static final long PATIENCE_SECONDS = 10;

  private Served() {}

  /**
   * Waits until as many replicas of each agent take calls here, but not for ever. Blocking.
   *
   * @param counts replicas by agent
   */
  static void await(FleetReader fleet, Map<String, Integer> counts) throws InterruptedException {
    if (counts.isEmpty()) {
      return;
    }
    CompletableFuture<Void> reached = new CompletableFuture<>();
    try (FleetReader.Watch watch = fleet.watch(view -> check(view, counts, reached))) {
      check(fleet.view(), counts, reached);
      reached.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn("not all replicas that served take calls here: going on without");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void check(
      FleetView view, Map<String, Integer> counts, CompletableFuture<Void> reached) {
    boolean all =
        counts.entrySet().stream()
            .allMatch(
                wanted -> {
                  AgentView agent = view.agent(wanted.getKey());
                  return agent != null && agent.routable().size() >= wanted.getValue();
                });
    if (all) {
      reached.complete(null);
    }
  }
}
