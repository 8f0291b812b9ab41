package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.JsonWriter;
import dev.nexusdelta.agent.shape.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was refused or failed: an RFC 9457 problem, with the same text again as {@code
 * error}, for clients that look for that.
 *
 * @param code stable, for programs
 * @param retryable whether the same request may succeed later
 */
public record Problem(
    int status,
    String code,
    String title,
    String detail,
    boolean retryable,
    List<String> near,
    List<Faults.Fault> errors) {
  private static final String MEDIA_TYPE = "application/problem+json";

  /** Without advice and single faults. */
  public static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, false, List.of(), List.of());
  }

  /** The same, worth another try later. */
  public Problem worthRetrying() {
    return new Problem(status, code, title, detail, true, near, errors);
  }

  /** The same with the names that may have been meant. */
  public Problem near(List<String> names) {
    return new Problem(status, code, title, detail, retryable, names, errors);
  }

  /** The same with every single fault. */
  public Problem errors(List<Faults.Fault> faults) {
    return new Problem(status, code, title, detail, retryable, near, faults);
  }

  /** Answer to a request that the replica itself did not take. */
  public Answer refusal(String agent, String requestId) {
    return new Answer(status, MEDIA_TYPE, body(agent, requestId), null, null);
  }

  /** Answer that is the tool's or the caller's failure, which says nothing about the replica. */
  public Answer toolError(String agent, String requestId, @Nullable Throwable cause) {
    return new Answer(status, MEDIA_TYPE, body(agent, requestId), code, cause);
  }

  private byte[] body(String agent, String requestId) {
    return Json.write(
        out -> {
          out.object().property("type", "about:blank").property("title", title);
          out.property("status", status).property("detail", detail).property("code", code);
          out.property("error", detail).property("agent", agent);
          out.property("requestId", requestId).property("retryable", retryable);
          if (!near.isEmpty()) {
            out.property("hint", "did you mean " + String.join(" or ", near) + "?");
          }
          errors(out);
          out.endObject();
        });
  }

  private void errors(JsonWriter out) {
    if (errors.isEmpty()) {
      return;
    }
    out.name("errors").array();
    for (Faults.Fault fault : errors) {
      out.object().property("pointer", fault.pointer()).property("detail", fault.detail());
      out.endObject();
    }
    out.endArray();
  }
}
