package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonReader.Kind;
import dev.nexusdelta.agent.json.MalformedJsonException;
import dev.nexusdelta.agent.shape.Faults;
import dev.nexusdelta.agent.shape.Shape;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A read request: either a tool with its input, or the problem with it. Read in one pass where the
 * tool's name comes first, so that large parameters are not held twice.
 */
final class Request {
  private static final String PARAMETERS = "/parameters";
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.US_ASCII);

  private final byte[] body;
  private final Toolbox toolbox;
  private final Faults faults = new Faults();
  private @Nullable String name;
  private @Nullable ToolSpec tool;
  private @Nullable Object input;
  private boolean inputRead;
  private int from = -1;
  private int to;

  private Request(byte[] body, Toolbox toolbox) {
    this.body = body;
    this.toolbox = toolbox;
  }

  /**
   * @throws MalformedJsonException if the body is no JSON
   */
  static Request read(byte[] body, Toolbox toolbox) {
    Request request = new Request(body, toolbox);
    try (JsonReader in = Json.read(body)) {
      in.start();
      request.members(in);
      in.end();
    }
    if (request.tool != null && !request.inputRead) {
      request.laterInput(request.tool.input());
    }
    return request;
  }

  private void members(JsonReader in) {
    if (in.kind() != Kind.OBJECT) {
      faults.add("", "must be an object with tool_name and parameters, not " + in.kind().words());
      in.skip();
      return;
    }
    while (in.nextProperty()) {
      switch (in.name()) {
        case "tool_name" -> name(in);
        case "parameters" -> parameters(in);
        default -> in.skip();
      }
    }
    if (name == null && faults.count() == 0) {
      faults.add("/tool_name", "is missing: expected the name of a tool");
    }
  }

  private void name(JsonReader in) {
    if (in.kind() != Kind.STRING) {
      faults.add("/tool_name", "must be a string, not " + in.kind().words());
      in.skip();
      return;
    }
    name = in.string();
    tool = toolbox.find(name);
  }

  private void parameters(JsonReader in) {
    if (in.kind() == Kind.NULL) {
      return;
    }
    if (tool != null) {
      input = tool.input().take(in, faults);
      inputRead = true;
      return;
    }
    from = in.startsAt();
    in.skip();
    to = in.endsAt();
    if (from < 0 || to < from) {
      throw new MalformedJsonException("the text must be encoded in UTF-8");
    }
  }

  private void laterInput(Shape shape) {
    boolean absent = from < 0;
    try (JsonReader in =
        absent
            ? Json.read(EMPTY, 0, EMPTY.length, PARAMETERS)
            : Json.read(body, from, to - from, PARAMETERS)) {
      in.start();
      input = shape.take(in, faults);
    }
  }

  /** Only if there is no problem. */
  ToolSpec tool() {
    if (tool == null) {
      throw new IllegalStateException("no tool");
    }
    return tool;
  }

  /** As the tool's shape read it. */
  @Nullable Object input() {
    return input;
  }

  /** Null if the tool can be called. */
  @Nullable Problem problem() {
    if (name != null && tool == null) {
      return unknown(name);
    }
    if (faults.count() == 0) {
      return null;
    }
    String of = name == null ? "the request" : name;
    return Problem.of(
            422,
            "invalid_parameters",
            "Invalid parameters",
            "parameters of " + of + ": " + faults.sentence())
        .errors(faults.named());
  }

  private Problem unknown(String wrong) {
    String shown = wrong.length() > 64 ? wrong.substring(0, 64) + "…" : wrong;
    String detail =
        "there is no tool \"" + shown + "\"; known are " + String.join(", ", toolbox.names());
    return Problem.of(404, "tool_unknown", "Unknown tool", detail).near(toolbox.near(wrong));
  }
}
