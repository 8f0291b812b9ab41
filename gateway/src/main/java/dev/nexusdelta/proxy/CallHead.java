package dev.nexusdelta.proxy;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.exchange.Exchange.HeaderSink;
import dev.nexusdelta.exchange.Exchange.Outgoing;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.hop.HopSigner;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a call says, once it has been checked: who is asked for what, by whom, until
 * when. Immutable.
 *
 * @param agent as it was when the head arrived
 * @param target path and query to ask the agent for
 * @param wrap for parameters that become a body of {@code /execute}; null for a whole body
 * @param declared length of the body by its framing; negative if not known
 * @param startNanos when the head arrived, monotonic
 * @param startMillis the same on the wall clock
 * @param hop if another gateway passes it on
 * @param shown by its caller
 */
record CallHead(
    HttpServerRequest request,
    ClientConnection connection,
    Route route,
    AgentView agent,
    String agentKey,
    String requestId,
    TimeLimit limit,
    String target,
    @Nullable ToolWrap wrap,
    long declared,
    boolean expectsContinue,
    long startNanos,
    long startMillis,
    @Nullable Hop hop,
    Shown shown) {
  /** Where agents take calls of tools. */
  static final String EXECUTE = "/execute";

  /** At least what goes around the parameters of a tool. */
  private static final int WRAPPING = 1024;

  /** The limit once the tool is known: its own may be tighter. */
  TimeLimit limitOf(@Nullable String tool) {
    TimeLimit tightest = limit;
    for (Manifest.ToolDeclaration declared : agent.manifest().tools()) {
      if (declared.timeout().isPresent() && declared.name().equals(tool)) {
        tightest =
            tightest.tightenedBy(
                declared.timeout().get(), "tools." + tool + ".timeout in agent.yaml", true);
      }
    }
    return tightest;
  }

  /** The request to a replica. */
  Outgoing outgoing(
      String replica, String trace, long leftMillis, @Nullable Buffer held, CallBody body) {
    Consumer<HeaderSink> headers = to -> writeTo(to, replica, trace, leftMillis);
    return outgoing(target, headers, held, body);
  }

  /**
   * The request to the gateway that owns a replica, asked for that replica alone.
   *
   * @param own whether the manifest set the deadline
   */
  Outgoing passedOn(
      HopSigner signer,
      String gateway,
      String replica,
      boolean own,
      String trace,
      long leftMillis,
      @Nullable Buffer held,
      CallBody body) {
    String path = "/agents/" + agentKey + (isOwnRoute() ? "/http" + target : EXECUTE);
    String name = method().name();
    Consumer<HeaderSink> headers =
        to -> {
          writeTo(to, replica, trace, leftMillis);
          to.add(Hop.HEADER, Hop.ONCE);
          to.add(Hop.PROOF, signer.prove(gateway, replica, own, name, path));
        };
    return outgoing(path, headers, held, body);
  }

  private Outgoing outgoing(
      String path, Consumer<HeaderSink> headers, @Nullable Buffer held, CallBody body) {
    return held != null
        ? Outgoing.held(method(), path, headers, held)
        : Outgoing.streamed(method(), path, headers, body, body.length());
  }

  private HttpMethod method() {
    return isOwnRoute() ? request.method() : HttpMethod.POST;
  }

  /** Longest body; one that is passed on may have been wrapped already. */
  long mostBytes() {
    long most = agent.manifest().limits().requestBytes();
    return hop == null ? most : most + WRAPPING;
  }

  private void writeTo(HeaderSink to, String replica, String trace, long leftMillis) {
    HeadRules.toAgent(request.headers(), to);
    to.add(HeaderNames.REQUEST_ID, requestId);
    to.add(HeaderNames.REPLICA, replica);
    to.add(HeaderNames.TIMEOUT, leftMillis + "ms");
    to.add(HeaderNames.TRACEPARENT, trace);
    if (hop == null) {
      Forwarding.toAgent(connection, request, to);
    } else {
      Forwarding.passOn(request, to);
    }
    if (isOwnRoute()) {
      to.add("X-Forwarded-Prefix", "/agents/" + agentKey + "/http");
    }
  }

  /** Whether it is for one of the agent's own routes, of which nothing is known. */
  boolean isOwnRoute() {
    return route.kind() == Route.Kind.HTTP;
  }

  /** The tool as far as the route says it; null if only the body does. */
  @Nullable String toolOfRoute() {
    return switch (route.kind()) {
      case TOOL -> route.tool();
      case HTTP -> CallLog.HTTP;
      case EXECUTE, AGENTS, TOOLS, HEALTH, OPEN_API, CONTROL -> null;
    };
  }

  /** Whether a replica's own release says that the tool bears being called twice. */
  static boolean isRepeatable(@Nullable Replica replica, @Nullable String tool) {
    ToolInfo known = replica == null || tool == null ? null : replica.tool(tool);
    return known != null && (known.idempotent() || known.readOnly());
  }

  /** The tool as a label: only what the agent is known to have. */
  String toolLabel(@Nullable Replica replica, @Nullable String tool) {
    if (isOwnRoute()) {
      return CallLog.HTTP;
    }
    if (tool == null) {
      return CallLog.OTHER;
    }
    if (replica != null && replica.tool(tool) != null) {
      return tool;
    }
    for (ToolInfo known : agent.tools()) {
      if (known.name().equals(tool)) {
        return tool;
      }
    }
    return CallLog.OTHER;
  }
}
