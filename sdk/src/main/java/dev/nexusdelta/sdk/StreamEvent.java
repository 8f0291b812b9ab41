package dev.nexusdelta.sdk;

/**
 * One part of a stream as the agent wrote it: a server-sent event, or a line.
 *
 * @param type of the event; empty for plain messages and for lines
 * @param id of the event; empty if it has none
 * @param data text, without the end of the line
 */
public record StreamEvent(String type, String id, String data) {
  /**
   * The data as JSON.
   *
   * @throws JsonFormatException if it is none
   */
  public JsonValue json() {
    return JsonValue.parse(data);
  }
}
