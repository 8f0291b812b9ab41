package dev.nexusdelta.admin;

import dev.nexusdelta.host.LogLine;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Log lines as they are sent: a JSON object a line, and what tells that some are missing. Pure. */
final class LogText {
  private LogText() {}

  static Buffer of(LogLine line) {
    return Buffer.buffer(AgentJson.logLine(line).encode() + "\n");
  }

  static Buffer of(List<LogLine> lines) {
    Buffer text = Buffer.buffer();
    lines.forEach(line -> text.appendBuffer(of(line)));
    return text;
  }

  /** Tells of each gateway whose lines are missing. */
  static Buffer missing(Instant now, Map<String, String> gateways) {
    Buffer text = Buffer.buffer();
    gateways.forEach((gateway, why) -> text.appendBuffer(missing(now, gateway, why)));
    return text;
  }

  static Buffer missing(Instant now, String gateway, String why) {
    return told(now, gateway, "… (lines of " + gateway + " are missing: " + why + ")");
  }

  static Buffer goesOn(Instant now, String gateway) {
    return told(now, gateway, "… (lines of " + gateway + " follow from here)");
  }

  private static Buffer told(Instant now, String gateway, String text) {
    return Buffer.buffer(
        AgentJson.logLine(new LogLine(now, "", text)).put("gateway", gateway).encode() + "\n");
  }
}
