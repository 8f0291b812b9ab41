package dev.nexusdelta.scaling;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * An agent behind one gateway in virtual time: calls come, wait, take places of ready replicas and
 * end; the gateway reports each second and at once when the queue ages; each report is followed by
 * a decision. Seeded, so every run of a scenario is the same.
 */
final class SimulatedAgent {
  static final long MS = 1_000_000L;
  static final long SECOND = 1_000 * MS;
  private static final String NAME = "simulated";
  private static final long NEVER = Long.MAX_VALUE;

  /** How many calls a second come in a second. */
  interface Load {
    double rps(int second);
  }

  /** What is seen after each whole second. */
  record Line(
      int second, int arrivals, int waiting, int ready, int starting, int desired, String cause) {}

  private record Running(long end, long took) {}

  /** A decision for another number. */
  record Change(long at, int from, int to, String cause, String reason, int ready, int starting) {}

  private final ScalingSettings settings;
  private final Load load;
  private final Random random;
  private double noise = 0.1;
  private long serviceTime = 20 * MS;
  private long coldTime;
  private long startTime = 500 * MS;
  private double failing;
  private long learnt;
  private int room = Integer.MAX_VALUE;
  private int deafFrom = -1;
  private int deafTo = -1;

  private final LoadLedger ledger = new LoadLedger(Duration.ofSeconds(3));
  private final PriorityQueue<Running> ends =
      new PriorityQueue<>(Comparator.comparingLong(Running::end));
  private final ArrayDeque<Long> queue = new ArrayDeque<>();
  private final PriorityQueue<Long> readyAt = new PriorityQueue<>();
  private ScalingState state;
  private BackOff backOff = BackOff.NONE;
  private long now;
  private int desired;
  private int ready;

  private long sequence;
  private long reportedAt;
  private long integratedAt;
  private double callSeconds;
  private long arrivals;
  private long served;
  private long answered;
  private long serviceNanos;
  private long agedAt = NEVER;
  private String cause = "";
  private long changedIn = -1;

  final List<Line> lines = new ArrayList<>();
  final List<Change> changes = new ArrayList<>();
  final List<Decision> decisions = new ArrayList<>();
  int noDataMoves;
  int panicDowns;

  SimulatedAgent(ScalingSettings settings, int replicas, long seed, Load load) {
    this.settings = settings;
    this.load = load;
    this.random = new Random(seed);
    this.desired = replicas;
    this.ready = replicas;
    this.state = ScalingState.fresh(0, false);
  }

  SimulatedAgent noise(double part) {
    noise = part;
    return this;
  }

  SimulatedAgent service(Duration time) {
    serviceTime = time.toNanos();
    return this;
  }

  /** So much longer take the first two calls, and half of that each of the next two. */
  SimulatedAgent cold(Duration longer) {
    coldTime = longer.toNanos();
    return this;
  }

  /** What starts take, with a fifth more or less; and whether that has been learnt already. */
  SimulatedAgent starts(Duration time, boolean known) {
    startTime = time.toNanos();
    learnt = known ? startTime : 0;
    return this;
  }

  /** The part of the starts that fail. */
  SimulatedAgent failing(double part) {
    failing = part;
    return this;
  }

  SimulatedAgent room(int replicas) {
    room = replicas;
    return this;
  }

  /** No report arrives between these seconds. */
  SimulatedAgent deaf(int from, int to) {
    deafFrom = from;
    deafTo = to;
    return this;
  }

  SimulatedAgent run(int seconds) {
    for (int second = 0; second < seconds; second++) {
      long end = (second + 1) * SECOND;
      long[] calls = callsOf(second);
      int next = 0;
      while (true) {
        long call = next < calls.length ? calls[next] : NEVER;
        long event = Math.min(Math.min(call, nextEnd()), Math.min(nextReady(), agedAt));
        if (event >= end) {
          break;
        }
        advance(event);
        if (event == call) {
          next++;
          arrives();
        } else if (event == nextEnd()) {
          answers();
        } else if (event == nextReady()) {
          started();
        } else {
          agedAt = NEVER;
          report(second);
        }
        serve();
      }
      // Just before the second ends, so that the report counts for it.
      advance(end - 1);
      report(second);
      start();
      lines.add(
          new Line(second, calls.length, queue.size(), ready, readyAt.size(), desired, cause));
    }
    return this;
  }

  private long[] callsOf(int second) {
    double rps = load.rps(second);
    double drawn = rps * (1 + noise * (2 * random.nextDouble() - 1));
    int count = (int) drawn + (random.nextDouble() < drawn - (int) drawn ? 1 : 0);
    return random
        .doubles(count)
        .sorted()
        .mapToLong(part -> second * SECOND + (long) (part * (SECOND - 2)))
        .toArray();
  }

  private long nextEnd() {
    return ends.isEmpty() ? NEVER : ends.peek().end();
  }

  private long nextReady() {
    return readyAt.isEmpty() ? NEVER : readyAt.peek();
  }

  private void advance(long to) {
    now = Math.max(now, to);
    callSeconds += (queue.size() + ends.size()) * ((now - integratedAt) / (double) SECOND);
    integratedAt = now;
  }

  private void arrives() {
    arrivals++;
    queue.addLast(now);
  }

  private void answers() {
    serviceNanos += ends.remove().took();
    answered++;
  }

  private void serve() {
    while (!queue.isEmpty() && ends.size() < ready * settings.places()) {
      queue.removeFirst();
      long took = serviceTime + (coldTime >> Math.min(Long.SIZE - 1, served / 2));
      ends.add(new Running(now + took, took));
      served++;
    }
    if (!queue.isEmpty() && agedAt == NEVER) {
      agedAt = Math.max(now + 1, queue.peekFirst() + 100 * MS);
      // Once it has aged, a quarter of a second is soon enough for the next word of it.
      if (now - queue.peekFirst() >= 100 * MS) {
        agedAt = now + 250 * MS;
      }
    }
    if (queue.isEmpty()) {
      agedAt = NEVER;
    }
  }

  private void started() {
    readyAt.remove();
    if (random.nextDouble() < failing) {
      backOff = backOff.failed(now - startTime, now);
      return;
    }
    ready++;
    learnt = startTime;
  }

  private void start() {
    int missing = desired - ready - readyAt.size();
    int allowed = missing > 0 ? backOff.allowed(missing, now) : 0;
    for (int i = 0; i < allowed; i++) {
      readyAt.add(now + 1 + (long) (startTime * (0.8 + 0.4 * random.nextDouble())));
    }
    if (allowed > 0) {
      backOff = backOff.started(now);
    }
  }

  private void report(int second) {
    AgentLoad sum =
        new AgentLoad(
            arrivals,
            answered,
            callSeconds,
            serviceNanos / (double) SECOND,
            queue.size() + ends.size(),
            queue.size(),
            queue.isEmpty() ? Duration.ZERO : Duration.ofNanos(now - queue.peekFirst()));
    boolean called = arrivals > 0 || callSeconds > 0;
    LoadReport report =
        new LoadReport("g", 1, ++sequence, now - reportedAt, called ? Map.of(NAME, sum) : Map.of());
    reportedAt = now;
    arrivals = 0;
    answered = 0;
    serviceNanos = 0;
    callSeconds = 0;
    if (second < deafFrom || second >= deafTo) {
      ledger.file(report, now);
    }
    decide();
  }

  private void decide() {
    LoadSample sample = ledger.sample(NAME, settings.window(), now);
    ScalingInput input =
        new ScalingInput(
            desired,
            ready,
            readyAt.size(),
            sample,
            Duration.ofNanos(learnt),
            Math.max(room, desired),
            "fleet.replicas");
    ScalingPolicy.Step step = ScalingPolicy.decide(state, input, settings, now);
    state = step.state();
    Decision decision = step.decision();
    decisions.add(decision);
    cause = changedIn == now / SECOND ? cause : decision.cause();
    int replicas = decision.replicas();
    if (replicas == desired) {
      return;
    }
    changedIn = now / SECOND;
    cause = decision.cause();
    noDataMoves += decision instanceof Decision.NoData ? 1 : 0;
    boolean panics = ScalingState.within(state.panickedAt, settings.window().toNanos(), now);
    panicDowns += panics && replicas < desired ? 1 : 0;
    changes.add(
        new Change(now, desired, replicas, cause, decision.reason(), ready, readyAt.size()));
    desired = replicas;
    while (ready + readyAt.size() > desired) {
      if (readyAt.isEmpty()) {
        ready--;
      } else {
        readyAt.remove();
      }
    }
    start();
  }
}
