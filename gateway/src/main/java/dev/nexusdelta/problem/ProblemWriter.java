package dev.nexusdelta.problem;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Renders problems: the one place that knows their body and headers. Stateless; {@link #send} runs
 * on the response's context.
 */
public final class ProblemWriter {
  /** Media type of every problem. */
  public static final String CONTENT_TYPE = "application/problem+json";

  private ProblemWriter() {}

  /**
   * Where the problem arose.
   *
   * @param instance path of the request
   * @param agent name as far as known
   */
  public record Place(String instance, @Nullable String agent, String requestId) {}

  /** The body as JSON. */
  public static Buffer body(Problem problem, Place place) {
    ProblemCode code = problem.code();
    JsonObject body =
        new JsonObject()
            .put("type", "urn:nexus-delta:problem:" + code.code())
            .put("title", code.title())
            .put("status", code.status())
            .put("detail", problem.detail())
            .put("instance", place.instance())
            .put("code", code.code())
            .put("error", problem.detail())
            .put("agent", place.agent())
            .put("requestId", place.requestId())
            .put("retryable", problem.retryable());
    problem.hint().ifPresent(hint -> body.put("hint", hint));
    if (!problem.errors().isEmpty()) {
      JsonArray faults = new JsonArray();
      for (Problem.Fault fault : problem.errors()) {
        faults.add(new JsonObject().put("pointer", fault.pointer()).put("detail", fault.detail()));
      }
      body.put("errors", faults);
    }
    return body.toBuffer();
  }

  /** Answers with the problem; the response's head must not be written yet. */
  public static void send(HttpServerResponse response, Problem problem, Place place) {
    send(response, problem, place, errorType(problem.code()));
  }

  /**
   * Answers with the problem.
   *
   * @param errorType of RFC 9209, where the caller knows better than the code tells
   */
  public static void send(
      HttpServerResponse response, Problem problem, Place place, String errorType) {
    response.setStatusCode(problem.code().status());
    response.putHeader("content-type", CONTENT_TYPE);
    response.putHeader("x-request-id", place.requestId());
    response.putHeader("proxy-status", "nexus; error=" + errorType);
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> response.putHeader("retry-after", Integer.toString(seconds)));
    if (problem.code() == ProblemCode.UNAUTHORIZED) {
      response.putHeader("www-authenticate", "Bearer realm=\"nexus\"");
    }
    response.end(body(problem, place));
  }

  /** The error type of RFC 9209 that fits a code. */
  static String errorType(ProblemCode code) {
    return switch (code) {
      case AGENT_UNKNOWN, TOOL_UNKNOWN, NOT_FOUND -> "destination_not_found";
      case AGENT_STOPPED,
          NO_HEALTHY_REPLICA,
          CIRCUIT_OPEN,
          START_FAILED,
          ENGINE_UNAVAILABLE,
          REPLICA_UNAVAILABLE ->
          "destination_unavailable";
      case QUEUE_FULL, REPLICA_BUSY, SHEDDING, RATE_LIMITED -> "connection_limit_reached";
      case DEADLINE_EXCEEDED -> "http_response_timeout";
      case REPLICA_BROKE, OUTCOME_UNKNOWN -> "connection_terminated";
      case UNAUTHORIZED, FORBIDDEN, WRONG_HOST -> "http_request_denied";
      case DRAINING, INTERNAL -> "proxy_internal_error";
      default -> "http_request_error";
    };
  }
}
