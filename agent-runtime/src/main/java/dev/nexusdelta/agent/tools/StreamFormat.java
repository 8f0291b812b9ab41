package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * How a stream looks on the wire. Each format says which kind of thing a line or event is, and
 * tells the end, so that a stream that was cut is never taken for a whole one. A heartbeat means
 * nothing; it only shows the agent whether the caller is still there.
 */
public enum StreamFormat {
  /**
   * One JSON object a line: {@code {"item":…}}, {@code {"progress":{…}}}, last {@code
   * {"end":{"items":n}}} or, before the connection is cut, a problem with its {@code error}. A
   * heartbeat is an empty line: readers skip those.
   */
  NDJSON("application/x-ndjson") {
    @Override
    byte[] item(Consumer<JsonWriter> value) {
      return line("item", value);
    }

    @Override
    byte[] progress(Progress progress) {
      return line("progress", progress::write);
    }

    @Override
    byte[] end(long items) {
      return line("end", out -> out.object().property("items", items).endObject());
    }

    @Override
    byte[] error(byte[] problem) {
      return joined("", problem, "\n");
    }

    @Override
    byte[] heartbeat() {
      return joined("", new byte[0], "\n");
    }

    private byte[] line(String name, Consumer<JsonWriter> value) {
      byte[] json =
          Json.write(
              out -> {
                out.object().name(name);
                value.accept(out);
                out.endObject();
              });
      return joined("", json, "\n");
    }
  },

  /**
   * Server-sent events: an item is a plain message; {@code progress}, {@code end} and {@code error}
   * are named. A heartbeat is an empty comment, which readers of such events skip.
   */
  SSE("text/event-stream") {
    @Override
    byte[] item(Consumer<JsonWriter> value) {
      return joined("data: ", Json.write(value), "\n\n");
    }

    @Override
    byte[] progress(Progress progress) {
      return joined("event: progress\ndata: ", Json.write(progress::write), "\n\n");
    }

    @Override
    byte[] end(long items) {
      byte[] json = Json.write(out -> out.object().property("items", items).endObject());
      return joined("event: end\ndata: ", json, "\n\n");
    }

    @Override
    byte[] error(byte[] problem) {
      return joined("event: error\ndata: ", problem, "\n\n");
    }

    @Override
    byte[] heartbeat() {
      return joined(":", new byte[0], "\n\n");
    }
  };

  private final String contentType;

  StreamFormat(String contentType) {
    this.contentType = contentType;
  }

  /** Media type. */
  public String contentType() {
    return contentType;
  }

  abstract byte[] item(Consumer<JsonWriter> value);

  abstract byte[] progress(Progress progress);

  abstract byte[] end(long items);

  /**
   * @param problem JSON in one line
   */
  abstract byte[] error(byte[] problem);

  /** What means nothing. */
  abstract byte[] heartbeat();

  private static byte[] joined(String before, byte[] json, String after) {
    byte[] joined = new byte[before.length() + json.length + after.length()];
    byte[] first = before.getBytes(StandardCharsets.US_ASCII);
    byte[] last = after.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(first, 0, joined, 0, first.length);
    System.arraycopy(json, 0, joined, first.length, json.length);
    System.arraycopy(last, 0, joined, first.length + json.length, last.length);
    return joined;
  }
}
