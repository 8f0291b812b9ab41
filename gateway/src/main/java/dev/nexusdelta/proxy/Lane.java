package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.hop.HopSigner;
import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.telemetry.CallMetrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one event loop needs for its calls, so that no call waits for another loop. Only
 * the counts may be read by other threads.
 */
final class Lane {
  private final Vertx vertx;
  private final Context context;
  private final Lanes lanes;
  private final FleetReader fleet;
  private final Exchange exchange;
  private final CallMetrics metrics;
  private final CallLog log;
  private final CallMemory memory;
  private final CallRecorder recorder;
  private final TraceIds ids;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final @Nullable HopSigner hops;
  private final Set<String> toWake = new HashSet<>();
  private final WaitingRoom waiting;
  private final Alarms alarms;
  private final Map<String, AgentLane> agents = new ConcurrentHashMap<>();
  private final FleetReader.Watch watch;
  private final Shedder shedder;
  private @Nullable Promise<Void> drained;
  private int inFlight;

  /**
   * Made on its event loop.
   *
   * @param random of this loop alone
   * @param hops proves calls to other gateways; null when alone
   */
  Lane(
      Vertx vertx,
      Lanes lanes,
      FleetReader fleet,
      Exchange exchange,
      CallMetrics metrics,
      CallLog log,
      CallMemory memory,
      TraceIds ids,
      LongSupplier nanos,
      RandomGenerator random,
      @Nullable HopSigner hops) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.lanes = lanes;
    this.fleet = fleet;
    this.exchange = exchange;
    this.metrics = metrics;
    this.log = log;
    this.memory = memory;
    this.recorder = new CallRecorder(memory.history(), memory.random(), nanos);
    this.ids = ids;
    this.nanos = nanos;
    this.random = random;
    this.hops = hops;
    this.waiting = new WaitingRoom(lanes.queueLengths());
    this.alarms = new Alarms(vertx, nanos);
    this.shedder = new Shedder(this, lanes);
    this.watch = fleet.watch(view -> waiting.wakeAll());
  }

  FleetReader fleet() {
    return fleet;
  }

  Exchange exchange() {
    return exchange;
  }

  CallMetrics metrics() {
    return metrics;
  }

  CallLog log() {
    return log;
  }

  CallMemory memory() {
    return memory;
  }

  CallRecorder recorder() {
    return recorder;
  }

  /** The event loop. */
  Context context() {
    return context;
  }

  TraceIds ids() {
    return ids;
  }

  WaitingRoom waiting() {
    return waiting;
  }

  /** For what each call waits for; up to 10 ms late. */
  Alarms alarms() {
    return alarms;
  }

  Shedder shedder() {
    return shedder;
  }

  /** Calls in flight on this loop. */
  int inFlight() {
    return inFlight;
  }

  long now() {
    return nanos.getAsLong();
  }

  AgentLane agent(String key) {
    AgentLane lane = agents.get(key);
    if (lane == null) {
      lane = new AgentLane(this, key, lanes.share(key));
      agents.put(key, lane);
    }
    return lane;
  }

  /** Calls in flight per agent; for any thread. */
  void countInFlight(BiConsumer<String, Integer> to) {
    agents.forEach((key, lane) -> to.accept(key, lane.inFlight()));
  }

  /** Whether replicas of the agent are there, though all of them may be taken. */
  boolean isBusy(String key) {
    AgentView agent = fleet.view().agent(key);
    return agent != null && agent.isServed();
  }

  /** Runs an action after a time, at least one millisecond. */
  long after(long delayNanos, Runnable action) {
    long millis = TimeUnit.NANOSECONDS.toMillis(delayNanos + 999_999);
    return vertx.setTimer(Math.max(1, millis), id -> action.run());
  }

  void cancel(long timer) {
    vertx.cancelTimer(timer);
  }

  void began(CallHead head, AgentLane agent) {
    // What is passed on is load where the caller called.
    if (head.hop() == null) {
      agent.began(head.startNanos());
    }
    inFlight++;
  }

  void ended(CallHead head, AgentLane agent, long nowNanos) {
    if (head.hop() == null) {
      agent.ended(nowNanos);
    }
    inFlight--;
    if (inFlight == 0 && drained != null) {
      drained.tryComplete();
    }
  }

  /** Of this loop alone. */
  RandomGenerator random() {
    return random;
  }

  /** Proves calls to other gateways, of which there must be some. */
  HopSigner hops() {
    return Objects.requireNonNull(hops, "a replica of another gateway, but no cluster");
  }

  /** A replica elsewhere may take calls of the agent again in a while: those who wait look then. */
  void wakeAfter(String key, long delayNanos) {
    if (toWake.add(key)) {
      after(
          delayNanos,
          () -> {
            toWake.remove(key);
            waiting.wake(key);
          });
    }
  }

  /** A replica of the agent takes one more call: those who wait for it should know, on any loop. */
  void freed(String key) {
    AtomicInteger length = null;
    for (Lane lane : lanes.all()) {
      if (lane.waiting.total() > 0) {
        length = length == null ? lanes.queueLengths().get(key) : length;
        if (length == null || length.get() == 0) {
          return;
        }
        lane.context.runOnContext(woken -> lane.waiting.wake(key));
      }
    }
  }

  /** What was counted of each agent since the last take, on this loop; agents without any lack. */
  Future<Map<String, AgentLoad>> takeLoad() {
    Promise<Map<String, AgentLoad>> taken = Promise.promise();
    context.runOnContext(turn -> taken.complete(load()));
    return taken.future();
  }

  private Map<String, AgentLoad> load() {
    long now = now();
    Map<String, AgentLoad> loads = new HashMap<>();
    agents.forEach(
        (key, agent) -> {
          if (!agent.load().isIdle()) {
            Duration oldest = Duration.ofNanos(waiting.oldestWait(key, now));
            loads.put(key, agent.load().take(waiting.size(key), oldest, now));
          }
        });
    return loads;
  }

  /** Completes once no call is in flight. */
  Future<Void> drain() {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(
        run -> {
          drained = promise;
          if (inFlight == 0) {
            promise.tryComplete();
          }
        });
    return promise.future();
  }

  /** Ends; on its event loop. */
  void close() {
    watch.close();
    alarms.close();
    agents.values().forEach(AgentLane::close);
    exchange.close();
  }
}
