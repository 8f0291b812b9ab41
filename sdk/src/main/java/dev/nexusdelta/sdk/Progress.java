package dev.nexusdelta.sdk;

/**
 * How far a tool has come with its stream.
 *
 * @param done in whatever unit the tool counts
 * @param total 0 = not known
 * @param message for people; empty = none
 */
public record Progress(long done, long total, String message) {
  static Progress from(JsonValue json) {
    return new Progress(
        json.get("done").integer(0), json.get("total").integer(0), json.get("message").text());
  }
}
