package dev.nexusdelta.proxy;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong with the head of a call, given the agent that it is for. Pure. */
final class CallCheck {
  private CallCheck() {}

  /**
   * The fault of a call.
   *
   * @param declared length of its body; negative if not known
   * @param who calls
   * @return null if there is none
   */
  static @Nullable Problem faultOf(
      HttpServerRequest request, Route route, AgentView agent, long declared, Identity who) {
    if (route.kind() == Route.Kind.HTTP) {
      return null;
    }
    boolean isTool = route.kind() == Route.Kind.TOOL;
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    boolean nothing = isTool && declared == 0 && type == null;
    if (!nothing && !isJson(type)) {
      return Refusals.notJson(type);
    }
    if (!isTool) {
      boolean unread = declared > CallBody.HELD && !who.mayCallAll(agent.name().key());
      return unread ? Asked.tooLarge(who, route) : null;
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null) {
      return Refusals.encodedParameters(encoding);
    }
    return knows(agent, route.tool())
        ? null
        : Refusals.toolUnknown(
            agent, route.tool(), agent.tools().stream().map(ToolInfo::name).toList());
  }

  /** A replica of a newer release may know what the serving one does not; no list means any. */
  private static boolean knows(AgentView agent, String tool) {
    if (agent.tools().isEmpty()) {
      return true;
    }
    for (ToolInfo known : agent.tools()) {
      if (known.name().equals(tool)) {
        return true;
      }
    }
    return knows(agent.routable(), tool) || knows(agent.elsewhere(), tool);
  }

  private static boolean knows(List<Replica> replicas, String tool) {
    for (Replica replica : replicas) {
      if (replica.tool(tool) != null) {
        return true;
      }
    }
    return false;
  }

  private static boolean isJson(@Nullable String type) {
    String json = "application/json";
    if (type == null || !type.regionMatches(true, 0, json, 0, json.length())) {
      return false;
    }
    return type.length() == json.length()
        || type.charAt(json.length()) == ';'
        || type.charAt(json.length()) == ' ';
  }
}
