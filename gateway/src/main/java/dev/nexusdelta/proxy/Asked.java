package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What a held body asks for.
 *
 * @param whole to be sent to the agent
 * @param tool if it is known
 * @param fault why it cannot be sent; null if it can
 */
record Asked(Buffer whole, @Nullable String tool, @Nullable Problem fault) {
  /** Looks into a body once. Pure. */
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
      return new Asked(body, scan.tool(), null);
    }
    return scan.isObject()
        ? new Asked(wrap.around(body), head.route().tool(), null)
        : new Asked(body, null, Refusals.invalid("the parameters are not a JSON object"));
  }
}
