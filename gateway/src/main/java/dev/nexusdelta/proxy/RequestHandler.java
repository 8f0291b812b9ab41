package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemWriter;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every request of one event loop: judges its head, then answers, makes a {@link Call} of it,
 * or leaves it to the control plane.
 */
final class RequestHandler implements Handler<HttpServerRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final Lane lane;
  private final Lanes lanes;
  private final Reception reception;
  private final InstantSource clock;
  private final boolean agents;
  private final @Nullable Handler<HttpServerRequest> controlPlane;
  private final @Nullable HopDoor hops;

  /**
   * For all requests that come in by that door.
   *
   * @param hops lets calls of other gateways in; null where none come
   */
  RequestHandler(
      Lane lane,
      Lanes lanes,
      Door door,
      CallerKeys keys,
      InstantSource clock,
      @Nullable HopDoor hops) {
    this.lane = lane;
    this.lanes = lanes;
    this.reception = new Reception(door, new KeyCheck(keys));
    this.clock = clock;
    this.agents = door.agents();
    this.controlPlane = door.controlPlane();
    this.hops = hops;
  }

  @Override
  public void handle(HttpServerRequest request) {
    ClientConnection connection = ClientConnection.of(request);
    if (connection.isOver()) {
      return;
    }
    Arrival arrival = arrival(request, connection);
    try {
      route(arrival);
    } catch (RuntimeException e) {
      LOG.error("request {} failed unexpectedly", arrival.requestId(), e);
      Problem problem = Problem.of(ProblemCode.INTERNAL, "the gateway failed; its log says why");
      refuse(arrival, problem, null, null, true);
    }
  }

  /** Takes a request that the decoder could not read. */
  void invalid(HttpServerRequest request) {
    ClientConnection connection = ClientConnection.of(request);
    if (connection.isOver()) {
      return;
    }
    Throwable cause = request.decoderResult().cause();
    refuse(arrival(request, connection), Refusals.undecodable(cause), null, null, true);
  }

  private Arrival arrival(HttpServerRequest request, ClientConnection connection) {
    long now = lane.now();
    connection.begin(request, null, now);
    String id = lane.ids().requestId(request.getHeader(HeaderNames.REQUEST_ID));
    return new Arrival(request, connection, id, now, clock.millis(), null, Shown.NOTHING);
  }

  private void route(Arrival arrival) {
    HttpServerRequest request = arrival.request();
    Problem fault =
        RequestCheck.faultOf(
            request.method().name(), request.uri(), request.version(), request.headers());
    if (fault != null) {
      refuse(arrival, fault, null, null, true);
      return;
    }
    RequestPath path = RequestPath.of(RequestCheck.originForm(request.uri()));
    if (path.fault() != null && !request.uri().equals("*")) {
      refuse(arrival, Refusals.invalid(path.fault()), null, null, true);
      return;
    }
    Route route = Routes.of(path.value());
    if (hops != null && HopDoor.isMarked(request)) {
      passedOn(arrival, route, hops);
      return;
    }
    if (route.kind() == Route.Kind.CONTROL) {
      if (controlPlane == null) {
        refuse(arrival, Refusals.agentsOnly(path.value()), null, null, false);
      } else {
        controlPlane.handle(request);
      }
      return;
    }
    if (!agents) {
      refuse(arrival, Refusals.operatorsOnly(path.value()), null, null, false);
      return;
    }
    Arrival known = arrival.with(reception.meet(arrival));
    Problem problem = known.shown().problem();
    Problem forbidden = problem == null ? forbidden(known, route) : problem;
    if (forbidden != null) {
      refuse(known, forbidden, null, null, forbidden.code() == ProblemCode.DRAINING);
    } else {
      letIn(known.with(Reception.counted(known.shown(), known.startNanos())), route);
    }
  }

  private void letIn(Arrival arrival, Route route) {
    Shown shown = arrival.shown();
    if (shown.problem() != null) {
      String key = key(route.agent());
      AgentView agent = shown.who().sees(key) ? lane.fleet().view().agent(key) : null;
      refuse(arrival, shown.problem(), agent, agent == null ? null : key, false);
    } else if (route.kind() == Route.Kind.AGENTS) {
      answer(arrival, Catalog.agents(lane.fleet().view(), shown.who()));
    } else {
      toAgent(arrival, route);
    }
  }

  /**
   * A call or a question from another gateway, which has judged it; whom it addresses is no matter
   * then.
   */
  private void passedOn(Arrival arrival, Route route, HopDoor door) {
    Hop hop = door.accept(arrival);
    if (hop == null) {
      arrival.request().response().putHeader(Hop.HEADER, HopOutcome.UNPROVED.label());
      refuse(arrival, Refusals.notPassedOn(), null, null, true);
      return;
    }
    if (route.kind() == Route.Kind.CONTROL) {
      door.ask(arrival.request());
      return;
    }
    Arrival known = arrival.passedOn(hop);
    boolean call = route.kind() == Route.Kind.EXECUTE || route.kind() == Route.Kind.HTTP;
    if (!call || !route.kind().allows(arrival.request().method().name())) {
      refuse(known, Refusals.passedOnWrongly(route.path()), null, null, true);
    } else if (lanes.isDraining()) {
      refuse(known, Refusals.draining(), null, null, true);
    } else {
      toAgent(known, route);
    }
  }

  private @Nullable Problem forbidden(Arrival arrival, Route route) {
    HttpServerRequest request = arrival.request();
    if (lanes.isDraining()) {
      return Refusals.draining();
    }
    if (!route.kind().allows(request.method().name())) {
      request.response().putHeader(HttpHeaders.ALLOW, route.kind().allow());
      return Refusals.methodNotAllowed(request.method().name(), route);
    }
    String expect = request.getHeader(HttpHeaders.EXPECT);
    return expect == null || expect.equalsIgnoreCase("100-continue")
        ? null
        : Problem.of(
            ProblemCode.EXPECTATION_FAILED, "only the expectation 100-continue can be met");
  }

  private void toAgent(Arrival arrival, Route route) {
    String key = key(route.agent());
    AgentView agent = lane.fleet().view().agent(key);
    Identity who = arrival.shown().who();
    if (!who.mayAsk(route, key)) {
      // Whether there is such an agent is not for it to know, nor how its name is spelt.
      Problem problem = KeyProblems.notPermitted(who, route);
      refuse(arrival, problem, who.sees(key) ? agent : null, agent == null ? null : key, false);
    } else if (agent == null) {
      Problem problem =
          AgentName.isValid(route.agent())
              ? Refusals.agentUnknown(route.agent(), names(who))
              : Refusals.agentNameInvalid();
      refuse(arrival, problem, null, null, false);
    } else if (route.kind() == Route.Kind.TOOLS) {
      answer(arrival, Catalog.tools(agent, who));
    } else if (route.kind() == Route.Kind.OPEN_API) {
      answer(arrival, Catalog.openApi(agent, who));
    } else if (route.kind() == Route.Kind.HEALTH) {
      Buffer good = Catalog.health(agent);
      if (good == null) {
        refuse(arrival, Catalog.unhealthy(agent), agent, key, false);
      } else {
        answer(arrival, good);
      }
    } else if (route.kind() == Route.Kind.HTTP) {
      toOwnRoute(arrival, route, agent, key);
    } else {
      call(arrival, route, CallHead.EXECUTE, agent, key);
    }
  }

  /** Of the agents that it may see. */
  private List<String> names(Identity who) {
    return lane.fleet().view().names().stream().filter(name -> who.sees(key(name))).toList();
  }

  private void toOwnRoute(Arrival arrival, Route route, AgentView agent, String key) {
    HttpServerRequest request = arrival.request();
    Exposure exposure = Exposure.of(agent, request.method().name(), route.path(), request.uri());
    if (exposure.fault() == null) {
      call(arrival, route, exposure.target(), agent, key);
      return;
    }
    if (!exposure.allow().isEmpty()) {
      request.response().putHeader(HttpHeaders.ALLOW, exposure.allow());
    }
    refuse(arrival, exposure.fault(), agent, key, false);
  }

  private void call(Arrival arrival, Route route, String target, AgentView agent, String key) {
    HttpServerRequest request = arrival.request();
    Hop hop = arrival.hop();
    if (hop == null && lane.shedder().refuses(arrival, agent.name().value(), key)) {
      return;
    }
    if (hop != null && lane.shedder().turnsAway(arrival, key)) {
      refuse(arrival, Refusals.replicaBusy(hop.replica()), agent, key, false);
      return;
    }
    long declared = Replies.declaredLength(request);
    // What is passed on was judged where it came in.
    Identity who = arrival.shown().who();
    Problem problem = hop == null ? CallCheck.faultOf(request, route, agent, declared, who) : null;
    TimeLimit limit = TimeLimit.of(agent.manifest().limits().timeout(), "limits.timeout");
    String wish = request.getHeader(HeaderNames.TIMEOUT);
    if (wish != null && problem == null) {
      Duration timeout = TimeLimit.parse(wish);
      if (timeout == null) {
        problem =
            Refusals.invalid(
                "header " + TimeLimit.HEADER + " is no time; expected one like 1500ms or 2s");
      } else {
        limit =
            hop == null
                ? limit.tightenedBy(timeout, "the header " + TimeLimit.HEADER, false)
                : limit.passedOn(timeout, hop.own());
      }
    }
    if (problem != null) {
      refuse(arrival, problem, agent, key, false);
      return;
    }
    CallHead head =
        new CallHead(
            request,
            arrival.connection(),
            route,
            agent,
            key,
            arrival.requestId(),
            limit,
            target,
            route.kind() == Route.Kind.TOOL ? new ToolWrap(route.tool()) : null,
            declared,
            request.headers().contains(HttpHeaders.EXPECT),
            arrival.startNanos(),
            arrival.startMillis(),
            hop,
            arrival.shown());
    new Call(lane, head).start();
  }

  private static String key(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isUpperCase(name.charAt(i))) {
        return name.toLowerCase(Locale.ROOT);
      }
    }
    return name;
  }

  private static void answer(Arrival arrival, Buffer body) {
    RateHeaders.add(arrival.shown(), arrival.request().response());
    arrival
        .request()
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader("X-Request-Id", arrival.requestId());
    if (arrival.request().method().equals(HttpMethod.HEAD)) {
      arrival
          .request()
          .response()
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
          .end();
    } else {
      arrival.request().response().end(body);
    }
  }

  private void refuse(
      Arrival arrival,
      Problem problem,
      @Nullable AgentView agent,
      @Nullable String key,
      boolean close) {
    String path = arrival.request().path();
    String name = agent == null ? null : agent.name().value();
    RateHeaders.add(arrival.shown(), arrival.request().response());
    Replies.passedOn(arrival.hop(), problem, false, arrival.request().response());
    Replies.refuse(
        arrival.request(),
        problem,
        null,
        new ProblemWriter.Place(path == null ? "" : path, name, arrival.requestId()),
        close);
    lane.log().refused(arrival, key, name, problem.code());
    lane.recorder().refused(arrival, name, problem.code());
  }
}
