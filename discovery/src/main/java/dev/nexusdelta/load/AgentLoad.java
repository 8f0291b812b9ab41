package dev.nexusdelta.load;

import java.time.Duration;

/**
 * The calls of one agent at one gateway since its report before: counted one by one, nothing
 * sampled. A call is in flight from its arrival to its last byte, so while it waits for a replica
 * too.
 *
 * @param arrivals calls that came
 * @param answered calls whose answer began to come from a replica
 * @param callSeconds integral of the calls in flight over the time covered: two calls that lasted
 *     half a second each give 1.0
 * @param serviceSeconds sum of the times from sending to the head of the answer, of those answered
 * @param inFlight calls in flight at the end of the time covered, those that wait too
 * @param waiting calls of these that wait for a replica
 * @param oldestWait how long the first of these has waited; zero if none waits
 */
public record AgentLoad(
    long arrivals,
    long answered,
    double callSeconds,
    double serviceSeconds,
    int inFlight,
    int waiting,
    Duration oldestWait) {
  /** No call came and none is there. */
  public static final AgentLoad NONE = new AgentLoad(0, 0, 0, 0, 0, 0, Duration.ZERO);

  /** Of two event loops or gateways over the same time. */
  public AgentLoad plus(AgentLoad other) {
    return new AgentLoad(
        arrivals + other.arrivals,
        answered + other.answered,
        callSeconds + other.callSeconds,
        serviceSeconds + other.serviceSeconds,
        inFlight + other.inFlight,
        waiting + other.waiting,
        oldestWait.compareTo(other.oldestWait) >= 0 ? oldestWait : other.oldestWait);
  }
}
