package dev.nexusdelta.autoscaler;

import static java.util.stream.Collectors.toSet;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.ScalingControl;
import dev.nexusdelta.fleet.ScalingFacts;
import dev.nexusdelta.load.Leadership;
import dev.nexusdelta.load.LoadChannel;
import dev.nexusdelta.load.LoadReport;
import dev.nexusdelta.scaling.FleetRoom;
import dev.nexusdelta.scaling.LoadLedger;
import dev.nexusdelta.scaling.ScalingHistory;
import dev.nexusdelta.scaling.ScalingPolicy;
import dev.nexusdelta.scaling.ScalingRecord;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the load of all gateways and, where this one leads, lets each agent's replicas follow it:
 * every second, and at once when calls wait. What it did and why it did it can be asked.
 *
 * <p>Ledger, states and decisions belong to one Vert.x context; everything from outside is posted
 * there.
 */
public final class Autoscaler implements ScalingHistory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Autoscaler.class);
  private static final Duration EACH = Duration.ofSeconds(1);

  /** A gateway that is silent for longer is not known to be without load. */
  private static final Duration STALE = Duration.ofMillis(3500);

  private final Parts parts;
  private final Context context;
  private final LoadLedger ledger = new LoadLedger(STALE);
  private final DecisionLog log = new DecisionLog();
  private final AgentTurns turns;
  private final Set<String> demanded = ConcurrentHashMap.newKeySet();
  private long timer = -1;
  private boolean led;
  private volatile boolean closed;

  /**
   * What an autoscaler works with.
   *
   * @param gateway name of this one
   * @param caps how far load may let all agents together grow now; counts nothing yet
   * @param hurry asks for a report of this gateway's load at once
   * @param clock for what people read
   * @param nanos a monotonic clock
   */
  public record Parts(
      Vertx vertx,
      String gateway,
      ScalingControl fleet,
      EventLog events,
      LoadChannel loads,
      Leadership leadership,
      Supplier<FleetRoom> caps,
      Metrics metrics,
      Runnable hurry,
      InstantSource clock,
      LongSupplier nanos) {}

  private Autoscaler(Parts parts, AgentTurns.Policy policy) {
    this.parts = parts;
    this.context = parts.vertx().getOrCreateContext();
    this.turns = new AgentTurns(parts, ledger, log, policy);
  }

  /** Begins to hear and to decide. */
  public static Autoscaler start(Parts parts) {
    return start(parts, ScalingPolicy::decide);
  }

  static Autoscaler start(Parts parts, AgentTurns.Policy policy) {
    Autoscaler autoscaler = new Autoscaler(parts, policy);
    parts
        .loads()
        .receive(
            report -> autoscaler.post(() -> autoscaler.file(report)),
            present -> autoscaler.post(() -> autoscaler.ledger.present(present)));
    parts
        .fleet()
        .onDemand(
            agent -> {
              autoscaler.demanded.add(agent.key());
              parts.hurry().run();
            });
    autoscaler.post(
        () ->
            autoscaler.timer =
                parts
                    .vertx()
                    .setPeriodic(
                        EACH.toMillis(), tick -> autoscaler.run(() -> autoscaler.decide())));
    return autoscaler;
  }

  /** After the report, what waits by it is decided at once, and what was asked for before it. */
  private void file(LoadReport report) {
    ledger.file(report, parts.nanos().getAsLong());
    Set<String> urgent = new HashSet<>();
    if (report.gateway().equals(parts.gateway())) {
      urgent.addAll(demanded);
      demanded.removeAll(urgent);
    }
    report
        .agents()
        .forEach(
            (agent, load) -> {
              if (load.waiting() > 0) {
                urgent.add(agent);
              }
            });
    if (!urgent.isEmpty() && leads()) {
      turns.some(parts.fleet().scaling(), urgent);
    }
  }

  private void decide() {
    List<ScalingFacts> agents = parts.fleet().scaling();
    if (leads()) {
      turns.all(agents);
    }
    if (!log.isEmpty()) {
      log.keep(agents.stream().map(agent -> agent.name().key()).collect(toSet()));
    }
  }

  /** Whether this gateway decides; who begins to knows of no load but what it hears from now on. */
  private boolean leads() {
    boolean leads = parts.leadership().leads();
    if (leads && !led) {
      turns.begin();
    }
    led = leads;
    return leads;
  }

  @Override
  public Future<ScalingRecord> of(String agent, int limit) {
    Promise<ScalingRecord> story = Promise.promise();
    context.runOnContext(
        turn ->
            story.complete(new ScalingRecord(led, log.of(agent, limit), ledger.recording(agent))));
    return story.future();
  }

  private void post(Runnable work) {
    context.runOnContext(turn -> run(work));
  }

  private void run(Runnable work) {
    if (closed) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("a turn of the autoscaler failed; the next one comes", e);
    }
  }

  /** Decides and hears no more; what runs is left as it is. */
  @Override
  public void close() {
    closed = true;
    context.runOnContext(turn -> parts.vertx().cancelTimer(timer));
  }
}
