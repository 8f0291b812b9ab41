package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What a body asks for.
 *
 * @param whole to be sent to the agent; null if it is too large to be held
 * @param tool if it is known
 * @param fault why it cannot be sent; null if it can
 */
record Asked(@Nullable Buffer whole, @Nullable String tool, @Nullable Problem fault) {
  /** Looks into a held body once. Pure. */
  static Asked of(CallHead head, Buffer body) {
    if (head.isOwnRoute()) {
      return new Asked(body, null, null);
    }
    ToolWrap wrap = head.wrap();
    if (wrap != null && body.length() == 0) {
      return new Asked(wrap.around(body), head.route().tool(), null);
    }
    boolean encoded = head.request().headers().contains(HttpHeaders.CONTENT_ENCODING);
    ToolScan scan = encoded ? ToolScan.UNSEEN : ToolScan.of(body.getBytes());
    if (scan.fault() != null) {
      return new Asked(body, null, Refusals.invalid("the body is not JSON: " + scan.fault()));
    }
    if (wrap == null) {
      return new Asked(body, scan.tool(), denied(head, scan.tool()));
    }
    return scan.isObject()
        ? new Asked(wrap.around(body), head.route().tool(), null)
        : new Asked(body, null, Refusals.invalid("the parameters are not a JSON object"));
  }

  /** A body that is not looked into. */
  static Asked large(CallHead head) {
    if (head.wrap() != null) {
      return new Asked(null, head.route().tool(), null);
    }
    boolean any = head.isOwnRoute() || head.shown().who().mayCallAll(head.agentKey());
    return new Asked(null, null, any ? null : tooLarge(head.shown().who(), head.route()));
  }

  /** For a key that may call some tools only: which one this is for would not be known. */
  static Problem tooLarge(Identity who, Route route) {
    return KeyProblems.toolNotClear(
        who, route.agent(), "bodies of more than " + CallBody.HELD + " bytes are not looked into");
  }

  private static @Nullable Problem denied(CallHead head, @Nullable String tool) {
    Identity who = head.shown().who();
    if (who.mayCallAll(head.agentKey())) {
      return null;
    }
    String agent = head.route().agent();
    String type = head.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (tool == null) {
      return KeyProblems.toolNotClear(
          who, agent, "expected exactly one tool_name, a text, in plain JSON");
    }
    if (type != null && !ToolScan.isUtf8(type)) {
      return KeyProblems.toolNotClear(who, agent, "its charset is not UTF-8");
    }
    return who.scopes().mayCall(head.agentKey(), tool)
        ? null
        : KeyProblems.toolNotPermitted(who, agent, tool);
  }
}
