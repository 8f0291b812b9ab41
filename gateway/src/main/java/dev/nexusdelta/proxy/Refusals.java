package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.manifest.Nearest;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.proxy.RetryRule.Decision;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The problems that the data plane answers with. Pure. */
final class Refusals {
  private static final int SHOWN_ROUTES = 10;

  private Refusals() {}

  static Problem agentUnknown(String name, Collection<String> known) {
    List<String> near = Nearest.of(name, known, 3);
    return Problem.of(ProblemCode.AGENT_UNKNOWN, "there is no agent '" + name + "'")
        .hint(
            near.isEmpty()
                ? "GET /agents lists those there are"
                : "did you mean " + String.join(", ", near) + "?");
  }

  static Problem agentNameInvalid() {
    return Problem.of(
        ProblemCode.INVALID_REQUEST,
        "the agent's name in the path is not a letter followed by up to 39 letters, digits or"
            + " inner hyphens");
  }

  static Problem toolUnknown(AgentView agent, String tool, Collection<String> known) {
    List<String> near = Nearest.of(tool, known, 3);
    return Problem.of(
            ProblemCode.TOOL_UNKNOWN,
            "agent " + agent.name() + " has no tool '" + shown(tool) + "'")
        .hint(
            near.isEmpty()
                ? "GET /agents/" + agent.name().key() + "/tools lists those there are"
                : "did you mean " + String.join(", ", near) + "?");
  }

  static Problem methodNotAllowed(String method, Route route) {
    return Problem.of(
        ProblemCode.METHOD_NOT_ALLOWED,
        "method " + method + " is not served here; expected " + route.kind().allow());
  }

  static Problem notExposed(AgentView agent, String path) {
    List<String> exposed = agent.manifest().expose();
    String file = "agents/" + agent.name().key() + "/agent.yaml";
    return Problem.of(
            ProblemCode.NOT_EXPOSED, "agent " + agent.name() + " exposes no route " + shown(path))
        .hint(
            exposed.isEmpty()
                ? "list it under expose in " + file + ", such as expose: [GET /report, /files/*]"
                : "exposed are "
                    + String.join(", ", exposed.subList(0, Math.min(SHOWN_ROUTES, exposed.size())))
                    + "; others go under expose in "
                    + file);
  }

  static Problem methodNotExposed(String method, String allow) {
    return Problem.of(
        ProblemCode.METHOD_NOT_ALLOWED,
        "method " + method + " is not exposed here; expected " + allow);
  }

  static Problem notJson(@Nullable String contentType) {
    return Problem.of(
            ProblemCode.UNSUPPORTED_MEDIA_TYPE,
            "the content type is "
                + (contentType == null ? "missing" : "'" + contentType + "'")
                + "; expected application/json")
        .hint("send the header Content-Type: application/json");
  }

  static Problem encodedParameters(String encoding) {
    return Problem.of(
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        "parameters with Content-Encoding '" + encoding + "' cannot be wrapped; send them plain");
  }

  static Problem invalid(String detail) {
    return Problem.of(ProblemCode.INVALID_REQUEST, detail);
  }

  static Problem agentsOnly(String path) {
    return Problem.of(ProblemCode.NOT_FOUND, "there is nothing at " + path + " for agents")
        .hint("GET /agents shows what agents may call from here");
  }

  static Problem operatorsOnly(String path) {
    return Problem.of(ProblemCode.NOT_FOUND, "there is nothing at " + path + " for operators")
        .hint("agents are called at the gateway's other address (key listen)");
  }

  static Problem draining() {
    return Problem.of(ProblemCode.DRAINING, "the gateway is shutting down").retryAfter(1);
  }

  static Problem queueFull(AgentView agent) {
    return Problem.of(
            ProblemCode.QUEUE_FULL,
            "the queue of agent "
                + agent.name()
                + " is full: its limits.queue is "
                + agent.manifest().limits().queue())
        .hint("raise limits.queue or the number of replicas")
        .retryAfter(1);
  }

  /** Would be answered too late if it waited. */
  static Problem hopeless(AgentView agent, long callNanos, long leftNanos) {
    return Problem.of(
            ProblemCode.QUEUE_FULL,
            "all places at agent "
                + agent.name()
                + " are taken, and the "
                + TimeUnit.NANOSECONDS.toMillis(Math.max(0, leftNanos))
                + " ms that this call has left are less than the "
                + TimeUnit.NANOSECONDS.toMillis(callNanos)
                + " ms that even quick calls take now")
        .hint("give calls more time or the agent more replicas")
        .retryAfter(1);
  }

  static Problem circuitOpen(AgentView agent, int afterSeconds) {
    return Problem.of(
            ProblemCode.CIRCUIT_OPEN,
            "the circuits of all replicas of agent "
                + agent.name()
                + " are open: too many calls"
                + " failed lately")
        .retryAfter(afterSeconds);
  }

  /** Waited in vain, for a place or for a replica at all. */
  static Problem noPlace(AgentView agent, TimeLimit limit, boolean busy) {
    return busy ? deadline(agent, limit, "no place became free at") : noReplica(agent, limit);
  }

  /** Waited in vain. */
  static Problem noReplica(AgentView agent, TimeLimit limit) {
    return Problem.of(
            ProblemCode.NO_HEALTHY_REPLICA,
            "no replica of agent "
                + agent.name()
                + " became healthy within "
                + limit.text()
                + " ("
                + limit.source()
                + ")")
        .retryAfter(1);
  }

  static Problem deadline(AgentView agent, TimeLimit limit, String phase) {
    return Problem.of(
        ProblemCode.DEADLINE_EXCEEDED,
        phase
            + " agent "
            + agent.name()
            + " within "
            + limit.text()
            + ", the limit set by "
            + limit.source());
  }

  static Problem bodyTooSlow(TimeLimit limit) {
    return Problem.of(
        ProblemCode.REQUEST_TIMEOUT,
        "the body of the request did not arrive within "
            + limit.text()
            + " ("
            + limit.source()
            + ")");
  }

  static Problem bodyCrawls(Duration window) {
    return Problem.of(
        ProblemCode.REQUEST_TIMEOUT,
        "the body of the request came slower than "
            + BodyPace.BYTES_PER_SECOND
            + " bytes a second for "
            + window.toSeconds()
            + " s");
  }

  static Problem notSent(AgentView agent, NotSent attempt, Decision decision) {
    return Problem.of(
            ProblemCode.NO_HEALTHY_REPLICA,
            "the replica of agent "
                + agent.name()
                + " could not be reached ("
                + attempt.reason()
                + "); not sent to another: "
                + why(decision))
        .retryAfter(1);
  }

  /** To the gateway that passed the call on: not executed. */
  static Problem replicaGone(String replica, String why) {
    return Problem.of(
        ProblemCode.REPLICA_UNAVAILABLE,
        "the call was not sent to replica " + replica + ": " + why);
  }

  /** To the gateway that passed the call on: not executed. */
  static Problem replicaBusy(String replica) {
    return Problem.of(
            ProblemCode.REPLICA_BUSY, "replica " + replica + " has as many calls as it may have")
        .retryAfter(1);
  }

  /** To whoever says that it is a gateway. */
  static Problem notPassedOn() {
    return Problem.of(
            ProblemCode.FORBIDDEN,
            "the header X-Nexus-Hop is for gateways of this cluster, and its proof does not hold")
        .hint(
            "callers leave it out; gateways need the same cluster.secret and the same time, see the"
                + " log of this one");
  }

  static Problem passedOnWrongly(String path) {
    return Problem.of(ProblemCode.INVALID_REQUEST, "no call can be passed on to " + shown(path));
  }

  static Problem wrongReplica(AgentView agent, Decision decision) {
    return Problem.of(
            ProblemCode.NO_HEALTHY_REPLICA,
            "the replica of agent "
                + agent.name()
                + " is not the one expected; not sent to"
                + " another: "
                + why(decision))
        .retryAfter(1);
  }

  static Problem broke(AgentView agent, String replica, Broken attempt, Decision decision) {
    Problem problem =
        Problem.of(
            ProblemCode.REPLICA_BROKE,
            "replica "
                + replica
                + " of agent "
                + agent.name()
                + " took the call, then "
                + attempt.detail()
                + "; it may have been executed and was not sent again: "
                + why(decision));
    return decision == Decision.UNSAFE
        ? problem.hint(
            "a tool that may be called twice says so: idempotent or read-only, in its hints or under"
                + " tools in agent.yaml")
        : problem;
  }

  /** For what the decoder could not read. */
  static Problem undecodable(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(ProblemCode.URI_TOO_LONG, "the request line is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(ProblemCode.HEADERS_TOO_LARGE, "the headers are too large");
    }
    return invalid("the request is malformed HTTP");
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static String why(Decision decision) {
    return switch (decision) {
      case UNSAFE -> "its tool is not known to be idempotent or read-only";
      case BODY_GONE -> "its body was too large to be kept";
      case ANSWER_BEGUN -> "the answer had begun";
      case TOO_LATE -> "no time was left";
      case OVER_BUDGET -> "the agent's share of repeated calls is used up";
      case PASSED_ON -> "the gateway that was called decides that";
      case SEND, WAIT -> "";
    };
  }
}
