package dev.nexusdelta.sdk;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * An error answer with its problem body (RFC 9457), or an answer that no gateway gives. Every
 * accessor has an empty value for what the body does not say.
 */
public final class ProblemException extends NexusException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final transient JsonValue body;
  private final transient OptionalInt retryAfterSeconds;

  ProblemException(int status, JsonValue body, OptionalInt retryAfterSeconds) {
    super(message(status, body));
    this.status = status;
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  private static String message(int status, JsonValue body) {
    for (String key : List.of("detail", "error", "title")) {
      if (body.get(key).isPresent()) {
        return body.get(key).text();
      }
    }
    return "HTTP status " + status;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** The stable code, such as {@code agent_unknown}; empty if the answer has none. */
  public String code() {
    return body.get("code").text();
  }

  /** What went wrong. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** What to try; empty if the answer has no advice. */
  public String hint() {
    return body.get("hint").text();
  }

  /** URI of the kind of problem; empty if the answer has none. */
  public String type() {
    return body.get("type").text();
  }

  /** Its name for people, the same for all of its kind. */
  public String title() {
    return body.get("title").text();
  }

  /** Path of the request. */
  public String instance() {
    return body.get("instance").text();
  }

  /** The agent that it is about; empty if none is. */
  public String agent() {
    return body.get("agent").text();
  }

  /** Whether the same request may succeed later. */
  public boolean retryable() {
    return body.get("retryable").truth(false);
  }

  /** Under which the gateway's logs know the request. */
  public String requestId() {
    return body.get("requestId").text();
  }

  /** When to try again, where the answer says so. */
  public OptionalInt retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** Single faults: where (JSON pointer or file:line:column) and what. */
  public List<Fault> errors() {
    return faults(body);
  }

  static List<Fault> faults(JsonValue body) {
    List<Fault> faults = new ArrayList<>();
    for (JsonValue fault : body.get("errors").items()) {
      faults.add(new Fault(fault.get("pointer").text(), fault.get("detail").text()));
    }
    return faults;
  }

  /** The whole body. */
  public JsonValue body() {
    return body;
  }

  /** One fault among several. */
  public record Fault(String pointer, String detail) {}
}
