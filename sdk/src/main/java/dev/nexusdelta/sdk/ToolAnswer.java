package dev.nexusdelta.sdk;

import org.jspecify.annotations.Nullable;

/** Tells results, errors of the tool and errors on the way apart. */
final class ToolAnswer {
  private ToolAnswer() {}

  static CallResult read(WireAnswer answer) {
    String text = answer.text();
    String replica = answer.header("x-nexus-replica");
    String toolError = answer.header("x-nexus-tool-error");
    JsonValue body = json(text);
    if (body != null && !toolError.isEmpty()) {
      throw toolError(body, toolError, answer);
    }
    if (answer.status() >= 400) {
      throw answer.problem(text);
    }
    if (body == null) {
      return result(answer, JsonValue.of(text), replica);
    }
    if (isError(body)) {
      throw toolError(body, "", answer);
    }
    JsonValue result = body.get("result");
    return result(answer, result.kind() == JsonValue.Kind.MISSING ? body : result, replica);
  }

  /** Whether its head says that it holds no result. */
  static boolean isFailure(WireAnswer answer) {
    return answer.status() >= 400 || !answer.header("x-nexus-tool-error").isEmpty();
  }

  /** Whether it tells an error and no result, as agents do that know no status for it. */
  static boolean isError(JsonValue body) {
    return body.get("error").isPresent() && body.get("result").kind() == JsonValue.Kind.MISSING;
  }

  private static CallResult result(WireAnswer answer, JsonValue result, String replica) {
    String attempts = answer.header("x-nexus-attempts");
    return new CallResult(
        result,
        replica,
        attempts.matches("[0-9]{1,4}") ? Integer.parseInt(attempts) : 1,
        answer.header("x-request-id"));
  }

  /**
   * The tool's own failure.
   *
   * @param header the code that the agent marked it with; empty if it did not
   */
  static ToolException toolError(JsonValue body, String header, WireAnswer answer) {
    JsonValue error = body.get("error");
    String message =
        body.get("detail").text(error.isObject() ? error.get("message").text() : error.text());
    return new ToolException(
        message.isEmpty() ? "HTTP status " + answer.status() : message,
        header.isEmpty() ? body.get("code").text() : header,
        answer.status(),
        body,
        answer.header("x-nexus-replica"),
        answer.header("x-request-id"));
  }

  /** JSON where it is JSON, else the text. */
  static JsonValue lenient(String text) {
    JsonValue json = json(text);
    return json == null ? JsonValue.of(text) : json;
  }

  private static @Nullable JsonValue json(String text) {
    try {
      return JsonValue.parse(text);
    } catch (JsonFormatException e) {
      return null;
    }
  }
}
