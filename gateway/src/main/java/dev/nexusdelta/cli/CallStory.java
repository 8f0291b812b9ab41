package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Tells what happened to a call, in the order in which it happened, and what to try. Pure. */
final class CallStory {
  /** Shorter waits are not what made a call slow. */
  private static final double LONG_WAIT_MS = 20;

  private final JsonValue call;
  private final List<Line> lines = new ArrayList<>();

  /** What happened at some moment. */
  private record Line(double atMs, String text) {}

  private CallStory(JsonValue call) {
    this.call = call;
  }

  /** The story of a record of {@code /api/v1/calls}. */
  static String of(JsonValue call) {
    return new CallStory(call).text();
  }

  /** Milliseconds as people read them. */
  static String time(JsonValue millis) {
    return time(number(millis));
  }

  private static String time(double millis) {
    if (millis >= 1000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    return millis >= 10
        ? Math.round(millis) + " ms"
        : String.format(Locale.ROOT, "%.1f ms", millis);
  }

  private static double number(JsonValue value) {
    return value.isPresent() && !value.text().isEmpty() ? Double.parseDouble(value.text()) : -1;
  }

  private String text() {
    lines.add(new Line(0, "its head arrived from " + call.get("caller").text()));
    body();
    waits();
    attempts();
    end();
    lines.sort(Comparator.comparingDouble(Line::atMs));
    StringBuilder text = new StringBuilder(headline()).append('\n');
    String detail = call.get("detail").text();
    if (!detail.isEmpty()) {
      text.append(detail).append('\n');
    }
    key(text);
    text.append('\n');
    for (Line line : lines) {
      text.append(String.format("%10s  %s%n", time(line.atMs()), line.text()));
    }
    text.append('\n');
    if (!call.get("limit").text().isEmpty()) {
      text.append("the limit that bound: ").append(call.get("limit").text()).append('\n');
    }
    JsonValue deadline = call.get("deadline");
    if (deadline.get("ms").isPresent()) {
      text.append("it had ").append(time(deadline.get("ms")));
      text.append(" (").append(deadline.get("source").text()).append(")\n");
    }
    String advice = advice();
    return advice.isEmpty() ? text.toString() : text + "try: " + advice + "\n";
  }

  private String headline() {
    String tool = call.get("tool").text();
    String agent = call.get("agent").text("a request");
    String code = call.get("code").text();
    return agent
        + (tool.isEmpty() ? "" : " " + tool)
        + " at "
        + call.get("at").text()
        + ": status "
        + call.get("status").text()
        + (code.isEmpty() ? ", the agent's own answer" : " " + code)
        + ", after "
        + time(call.get("durationMs"));
  }

  private void key(StringBuilder text) {
    String result = call.get("key", "result").text();
    if (!result.isEmpty()) {
      String original = call.get("key", "original").text();
      text.append("it carried an Idempotency-Key: ").append(result.replace('_', ' '));
      text.append(original.isEmpty() ? "\n" : ", the same as request " + original + "\n");
    }
  }

  private void body() {
    double body = number(call.get("phases", "bodyMs"));
    if (body >= 0) {
      lines.add(new Line(body, "its body was there, " + call.get("bytesIn").text() + " bytes"));
    }
  }

  private void waits() {
    for (JsonValue wait : call.get("waits").items()) {
      double from = number(wait.get("fromMs"));
      lines.add(
          new Line(
              from,
              "waited "
                  + time(number(wait.get("untilMs")) - from)
                  + " for a place: "
                  + reason(wait)));
    }
  }

  private String reason(JsonValue wait) {
    String replicas = wait.get("replicas").text();
    String agent = "agent " + call.get("agent").text() + " had ";
    if (replicas.equals("0")) {
      return agent + "no healthy replica";
    }
    String busy = wait.get("busy").text();
    return busy.equals("0")
        ? agent + replicas + " replicas, none of which could take it"
        : agent
            + busy
            + " of "
            + replicas
            + " replicas busy (limits.concurrency "
            + wait.get("concurrency").text()
            + ")";
  }

  private void attempts() {
    double before = -1;
    for (JsonValue attempt : call.get("attempts").items()) {
      double sent = number(attempt.get("sentMs"));
      double end = number(attempt.get("endMs"));
      String again = before < 0 ? "sent to " : "sent again, " + time(sent - before) + " later, to ";
      lines.add(new Line(sent, again + attempt.get("replica").text()));
      String outcome = attempt.get("outcome").text();
      if (!outcome.equals("answered")) {
        lines.add(new Line(end, "that attempt ended: " + outcome.replace('_', ' ')));
      }
      before = end;
    }
  }

  private void end() {
    double first = number(call.get("phases", "firstByteMs"));
    if (first >= 0) {
      lines.add(new Line(first, "the agent began to answer"));
    }
    // Only what came from the agent is counted, not what the gateway itself answers.
    String bytes = call.get("bytesOut").text();
    String over = bytes.equals("0") ? "it was over" : "it was over, " + bytes + " bytes answered";
    lines.add(
        new Line(
            number(call.get("durationMs")),
            call.get("code").text().equals("caller_left") ? "the caller had left" : over));
  }

  /** What to change, judged by what took longest. */
  private String advice() {
    String agent = call.get("agent").text("NAME");
    double waited = 0;
    boolean none = false;
    for (JsonValue wait : call.get("waits").items()) {
      waited += number(wait.get("untilMs")) - number(wait.get("fromMs"));
      none = wait.get("replicas").text().equals("0");
    }
    double total = number(call.get("durationMs"));
    if (none) {
      return "nexus describe " + agent + " and nexus events tell why no replica was healthy";
    }
    if (waited >= LONG_WAIT_MS && waited > total / 2) {
      return "more replicas (nexus scale "
          + agent
          + "=N), or a higher limits.concurrency in agent.yaml if the agent bears it";
    }
    String hint = call.get("hint").text();
    if (!hint.isEmpty()) {
      return hint;
    }
    if (call.get("code").text().equals("deadline_exceeded")) {
      return "the agent itself took too long: nexus logs "
          + agent
          + ", or raise "
          + call.get("limit").text("the limit");
    }
    double sent = number(call.get("phases", "sentMs"));
    return sent >= 0 && total - sent >= LONG_WAIT_MS && total - sent > total / 2
        ? "the time was spent at the agent: nexus logs " + agent
        : "";
  }
}
