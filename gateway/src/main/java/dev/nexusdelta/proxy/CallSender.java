package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Attempt;
import dev.nexusdelta.exchange.Exchange.Target;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.proxy.RetryRule.Decision;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a call to a replica, or to the gateway that owns it, and knows whether it may be sent
 * again. Stays on one event loop.
 */
final class CallSender {
  private final Lane lane;
  private final CallHead head;
  private final CallBody body;
  private final AgentLane agentLane;
  private final String trace;
  private @Nullable Buffer held;
  private @Nullable String tool;
  private long endNanos;

  CallSender(Lane lane, CallHead head, CallBody body, AgentLane agentLane) {
    this.lane = lane;
    this.head = head;
    this.body = body;
    this.agentLane = agentLane;
    this.trace = lane.ids().traceparent(head.request().getHeader(HeaderNames.TRACEPARENT));
  }

  /**
   * Says what is sent.
   *
   * @param whole body to send; null if it is streamed
   * @param toolName if known
   * @param until when the time is up, monotonic
   */
  void of(@Nullable Buffer whole, @Nullable String toolName, long until) {
    held = whole;
    tool = toolName;
    endNanos = until;
  }

  @Nullable String tool() {
    return tool;
  }

  long endNanos() {
    return endNanos;
  }

  /** Whether all of the body is still here. */
  boolean isWhole() {
    return held != null || body.isWhole();
  }

  /** Sends it. */
  Attempt send(Replica to, long now, HopReply.Listener listener) {
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - now));
    String gateway = to.gateway();
    if (gateway == null) {
      Target target = new Target(to.id(), to.address(), to.host());
      return lane.exchange()
          .begin(target, head.outgoing(to.id(), trace, left, held, body), listener);
    }
    boolean own = head.limitOf(tool).own();
    return lane.exchange()
        .begin(
            // One pool for all of that gateway's replicas.
            new Target(gateway + " " + to.address(), to.address()),
            head.passedOn(lane.hops(), gateway, to.id(), own, trace, left, held, body),
            new HopReply(lane, gateway, listener));
  }

  /**
   * Whether it is sent again.
   *
   * @param executed whether the failed attempt may have been executed
   * @param repeatable whether the tool bears that
   */
  Decision decide(boolean executed, boolean repeatable, Tries tries) {
    AgentView agent = lane.fleet().view().agent(head.agentKey());
    long now = lane.now();
    return RetryRule.decide(
        new RetryRule.Facts(
            executed,
            repeatable,
            isWhole(),
            false,
            now < endNanos,
            agent != null && AgentLane.hasUntried(agent, tries),
            agentLane.budget().allows(now),
            head.hop() != null));
  }
}
