package dev.nexusdelta.fleet;

import dev.nexusdelta.balance.Balancer;
import dev.nexusdelta.balance.SlowStart;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.health.Outliers;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One replica as the data plane calls it: its identity is immutable, its calls in flight and its
 * circuit are shared by all event loops. The same object lives as long as the replica, through all
 * views.
 */
public final class Replica implements Balancer.Candidate<Lease> {
  private static final long LONG_AGO = Long.MIN_VALUE;

  private final String id;
  private final AgentName agent;
  private final int ordinal;
  private final String release;
  private final SocketAddress address;
  private final @Nullable String gateway;
  private final int identity;
  private final Circuit circuit;
  private final SignalSink signals;
  private final CallCounts counts = new CallCounts();
  private volatile Map<String, ToolInfo> tools;
  private volatile int concurrency;
  private volatile boolean draining;
  private volatile String host;

  /** Until then its gateway has no place at it; {@link #LONG_AGO} = as far as is known it has. */
  private volatile long fullUntil = LONG_AGO;

  /** When it began to take calls; {@link #LONG_AGO} for one that is warm. */
  private volatile long warmingSince = LONG_AGO;

  /** An outlier that could not be ejected. */
  private volatile boolean light;

  /** An outlier that is back and has yet to show that it is one no more; at most while it warms. */
  private volatile boolean trial;

  /** Where a replica's calls tell what they found; must not block. */
  public interface SignalSink {
    /** A call could not connect, or its connection or protocol broke. */
    void callFailed(Replica replica, String reason);

    /** Many calls in a row failed, which are counted as {@link Outliers} does. */
    default void failing(Replica replica, String reason) {}

    /** The last call in flight of a replica that drains has ended. */
    default void idle(Replica replica) {}
  }

  /** A replica of this gateway that was just seen. */
  public Replica(
      String id,
      AgentName agent,
      int ordinal,
      String release,
      SocketAddress address,
      int concurrency,
      Map<String, ToolInfo> tools,
      Circuit circuit,
      SignalSink signals) {
    this(id, agent, ordinal, release, address, concurrency, tools, circuit, signals, null);
  }

  /**
   * A replica.
   *
   * @param address its own, or that of the gateway that owns it
   * @param gateway name of another gateway that owns it; null = this one does
   */
  public Replica(
      String id,
      AgentName agent,
      int ordinal,
      String release,
      SocketAddress address,
      int concurrency,
      Map<String, ToolInfo> tools,
      Circuit circuit,
      SignalSink signals,
      @Nullable String gateway) {
    this.id = id;
    this.agent = agent;
    this.ordinal = ordinal;
    this.release = release;
    this.address = address;
    this.concurrency = concurrency;
    this.tools = tools;
    this.circuit = circuit;
    this.signals = signals;
    this.gateway = gateway;
    this.host = address.host();
    this.identity = gateway == null ? ordinal : 31 * gateway.hashCode() + ordinal;
  }

  /** From now on requests name it so. */
  void askedAs(String name) {
    host = name;
  }

  /** What requests name it by; connections go to its address, whatever that name stands for. */
  public String host() {
    return host;
  }

  /** Unique over time. */
  public String id() {
    return id;
  }

  /** Whose replica it is. */
  public AgentName agent() {
    return agent;
  }

  /** Reused number from 1; the bounded label of metrics. */
  public int ordinal() {
    return ordinal;
  }

  /** Id of its release. */
  public String release() {
    return release;
  }

  /** Where it listens; where its gateway does, for one of another gateway. */
  public SocketAddress address() {
    return address;
  }

  /** The other gateway that owns it and through which alone it is called; null = this one does. */
  public @Nullable String gateway() {
    return gateway;
  }

  /** Its circuit. */
  public Circuit circuit() {
    return circuit;
  }

  /** The tool of its own release, if known. */
  public @Nullable ToolInfo tool(String name) {
    return tools.get(name);
  }

  /** Tools were learnt after it was made. */
  void learnt(Map<String, ToolInfo> newTools) {
    tools = newTools;
  }

  /** The agent's limit of calls per replica was changed. */
  void limit(int newConcurrency) {
    concurrency = newConcurrency;
  }

  /** Grants no lease any more, for good. */
  void drain() {
    draining = true;
  }

  /**
   * Its own gateway has no place at it now: it grants no lease for a while.
   *
   * @param untilNanos monotonic
   */
  public void fullUntil(long untilNanos) {
    fullUntil = untilNanos;
  }

  /** Whether it grants leases as far as its own gateway has said. */
  public boolean hasRoom(long nowNanos) {
    long until = fullUntil;
    return until == LONG_AGO || nowNanos - until >= 0;
  }

  /** Its calls as they were counted. */
  CallCounts counts() {
    return counts;
  }

  /** It begins to take calls, and is cold. */
  void warmUp(long nowNanos) {
    warmingSince = nowNanos == LONG_AGO ? nowNanos + 1 : nowNanos;
  }

  /** It gets few calls from now on, or its share again. */
  void light(boolean isLight) {
    light = isLight;
  }

  /** From now on it takes one call at a time, or as many as its limit says again. */
  void onTrial(boolean isOnTrial) {
    trial = isOnTrial;
  }

  @Override
  public int inFlight() {
    return counts.inFlight();
  }

  @Override
  public int identity() {
    return identity;
  }

  @Override
  public double weight(long nowNanos) {
    if (light) {
      return SlowStart.LEAST;
    }
    long since = warmingSince;
    return since == LONG_AGO ? 1 : SlowStart.weight(nowNanos - since);
  }

  @Override
  public @Nullable Lease tryLease() {
    if (!counts.begin(trial ? Math.min(1, concurrency) : concurrency)) {
      return null;
    }
    // Count first, look second: whoever drains it sees this call, or this call sees the drain.
    if (draining || !circuit.tryAcquire()) {
      ended(false);
      return null;
    }
    return new Lease(this);
  }

  void ended(boolean answered) {
    if (counts.end(answered) == 0 && draining) {
      signals.idle(this);
    }
  }

  void failed(boolean broken, String reason) {
    if (broken) {
      signals.callFailed(this, reason);
    }
    if (counts.failed() % Outliers.FAILURES_IN_A_ROW == 0) {
      signals.failing(this, Outliers.failing(reason));
    }
  }
}
