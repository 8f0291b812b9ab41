package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import dev.nexusdelta.loadtest.lab.Answer;
import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Recording;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls of tools as Gatling makes them, each counted by the run too: Gatling's own log is binary,
 * rounded to milliseconds, and does not know the gateway's codes.
 */
final class Calls {
  private static final String PARAMETERS = "parameters";
  private static final String EXPECTED = "expected";
  private static final String BEGUN = "begun";
  private static final String STATUS = "status";
  private static final String BODY = "body";
  private static final String REPLICA = "replica";
  private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([a-z_]{1,64})\"");

  private final Recording recording;

  private Calls(Recording recording) {
    this.recording = recording;
  }

  /** Calls that count in this run. */
  static Calls in(LabRun run) {
    return new Calls(run.recording());
  }

  /** How they reach the gateway: over connections that callers share, as a service's would. */
  static HttpProtocolBuilder protocol(Knobs knobs) {
    return http.baseUrl(knobs.text("url", "http://127.0.0.1:8080"))
        .contentTypeHeader("application/json")
        .acceptHeader("application/x-ndjson, application/json;q=0.9")
        .userAgentHeader("nexus-loadtest")
        .shareConnections();
  }

  /**
   * Starts the run's clock with the load itself, for those whose phases count to the millisecond.
   */
  PopulationBuilder clock() {
    return scenario("clock")
        .exec(
            session -> {
              recording.start();
              return session;
            })
        .injectOpen(atOnceUsers(1));
  }

  /** Asks a tool once. */
  ChainBuilder of(Tool tool) {
    String body = "{\"tool_name\":\"" + tool.name() + "\",\"parameters\":#{" + PARAMETERS + "}}";
    String agent = tool.agent().toLowerCase(Locale.ROOT);
    return feed(questions(tool))
        .exec(session -> session.set(BEGUN, recording.begin()))
        .exec(
            http(tool.label())
                .post("/agents/" + agent + "/execute")
                .body(StringBody(body))
                .check(
                    status().saveAs(STATUS),
                    header("X-Nexus-Replica").optional().saveAs(REPLICA),
                    bodyString().saveAs(BODY),
                    status().is(tool.status()),
                    bodyString()
                        .transformWithSession((text, session) -> holds(text, session))
                        .is(true)))
        .exec(session -> count(session, tool));
  }

  private Session count(Session session, Tool tool) {
    boolean answered = session.contains(STATUS);
    int status = answered ? session.getInt(STATUS) : 0;
    String body = answered && session.contains(BODY) ? text(session, BODY) : "";
    recording.end(
        tool.label(),
        session.getLong(BEGUN),
        new Answer(
            status,
            status == tool.status() ? "" : code(body),
            session.contains(REPLICA) ? text(session, REPLICA) : "",
            status == tool.status() && holds(body, session)));
    return session.removeAll(STATUS, BODY, REPLICA, BEGUN);
  }

  private static boolean holds(String body, Session session) {
    return body.replace(" ", "").contains(text(session, EXPECTED).replace(" ", ""));
  }

  private static String text(Session session, String name) {
    String text = session.getString(name);
    return text == null ? "" : text;
  }

  private static String code(String body) {
    Matcher code = CODE.matcher(body);
    return code.find() ? code.group(1) : "";
  }

  private static Iterator<Map<String, Object>> questions(Tool tool) {
    Iterator<Tool.Payload> payloads = tool.payloads().get();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return payloads.hasNext();
      }

      @Override
      public Map<String, Object> next() {
        Tool.Payload payload = payloads.next();
        return Map.of(PARAMETERS, payload.parameters(), EXPECTED, payload.expected());
      }
    };
  }
}
