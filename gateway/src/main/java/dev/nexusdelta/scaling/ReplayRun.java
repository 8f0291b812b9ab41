package dev.nexusdelta.scaling;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One {@link Replay} while it runs: calls flow like water. A second brings as many as were
 * recorded; the ready replicas take what their places can take in a second, and the rest waits.
 */
final class ReplayRun {
  private static final String AGENT = "replayed";
  private static final long SECOND = 1_000_000_000L;
  private static final Duration STALE = Duration.ofSeconds(3);

  private final ScalingSettings settings;
  private final Duration startTime;
  private final FleetRoom.Room room;
  private final LoadLedger ledger = new LoadLedger(STALE);
  private final ArrayDeque<Long> readyAt = new ArrayDeque<>();
  private final List<Replay.Change> changes = new ArrayList<>();
  private ScalingState state = ScalingState.fresh(0, false);
  private int desired;
  private int ready;
  private double queue;
  private double serviceSeconds = 1;
  private int peak;
  private long replicaSeconds;
  private int shortSeconds;

  ReplayRun(ScalingSettings settings, Duration startTime, int replicas, FleetRoom.Room room) {
    this.settings = settings;
    this.startTime = startTime;
    this.room = room;
    this.desired = replicas;
    this.ready = replicas;
    this.peak = replicas;
  }

  Replay over(LoadRecording recording) {
    serviceSeconds = firstServiceSeconds(recording);
    for (int second = 0; second < recording.seconds(); second++) {
      long now = (second + 1) * SECOND - 1;
      while (!readyAt.isEmpty() && readyAt.peekFirst() <= now) {
        readyAt.removeFirst();
        ready++;
      }
      AgentLoad load = flow(recording, second);
      ledger.file(new LoadReport(AGENT, 1, second + 1L, SECOND, Map.of(AGENT, load)), now);
      decide(second, now);
      peak = Math.max(peak, desired);
      replicaSeconds += desired;
    }
    return new Replay(changes, peak, replicaSeconds, shortSeconds);
  }

  private static double firstServiceSeconds(LoadRecording recording) {
    for (int second = 0; second < recording.seconds(); second++) {
      if (recording.serviceSeconds(second) > 0) {
        return recording.serviceSeconds(second);
      }
    }
    return 1;
  }

  private AgentLoad flow(LoadRecording recording, int second) {
    int arrivals = recording.arrivals(second);
    if (recording.serviceSeconds(second) > 0) {
      serviceSeconds = recording.serviceSeconds(second);
    }
    // Places that the calls of this second keep: those recorded were held down by the replicas of
    // that time where calls waited, and the rate tells better; where answers stream it is the other
    // way round.
    double busy =
        Math.max(
            arrivals * serviceSeconds,
            recording.concurrency(second) - Math.max(0, recording.waiting(second)));
    countShort(arrivals, busy);
    double placeSeconds = arrivals > 0 ? Math.max(serviceSeconds, busy / arrivals) : serviceSeconds;
    double places = (double) ready * settings.places();
    double calls = queue + Math.max(arrivals, busy / placeSeconds);
    double taken = Math.min(calls, places / placeSeconds);
    double waitedBefore = queue;
    queue = Math.max(0, calls - taken);
    double inPlaces = Math.min(places, taken * placeSeconds);
    double waited = queue < 1 ? 0 : (waitedBefore + queue) / 2;
    int waiting = (int) queue;
    return new AgentLoad(
        arrivals,
        Math.round(taken),
        inPlaces + waited,
        Math.round(taken) * serviceSeconds,
        waiting + (int) Math.ceil(inPlaces),
        waiting,
        waiting == 0 ? Duration.ZERO : oldestWait(taken));
  }

  private Duration oldestWait(double taken) {
    double seconds = taken > 0 ? Math.min(600, queue / taken) : 1;
    return Duration.ofMillis((long) (seconds * 1_000));
  }

  private void countShort(int arrivals, double busy) {
    double targetRps = settings.targetRps().orElse(Double.POSITIVE_INFINITY);
    double target = settings.targetConcurrency().orElse(settings.places());
    boolean byCalls = settings.targetConcurrency().isPresent() || settings.targetRps().isEmpty();
    if (arrivals > ready * targetRps || (byCalls && busy > ready * target)) {
      shortSeconds++;
    }
  }

  private void decide(int second, long now) {
    LoadSample load = ledger.sample(AGENT, settings.window(), now);
    ScalingInput input =
        new ScalingInput(
            desired, ready, readyAt.size(), load, startTime, room.replicas(), room.by());
    ScalingPolicy.Step step = ScalingPolicy.decide(state, input, settings, now);
    state = step.state();
    Decision decision = step.decision();
    int replicas = decision.replicas();
    if (replicas == desired) {
      return;
    }
    changes.add(new Replay.Change(second, desired, replicas, decision.cause(), decision.reason()));
    for (int i = desired; i < replicas; i++) {
      readyAt.addLast(now + startTime.toNanos());
    }
    for (int i = replicas; i < desired; i++) {
      if (readyAt.pollLast() == null) {
        ready--;
      }
    }
    desired = replicas;
  }
}
