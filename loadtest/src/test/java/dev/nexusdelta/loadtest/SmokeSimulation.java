package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jmesPath;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;

/**
 * A little of everything: each caller asks the sample agents one question each, through the
 * gateway. Callers arrive at a rate of their own, whether or not the gateway keeps up (open model),
 * so that slowness shows as waiting and not as fewer calls.
 *
 * <p>System properties: {@code nexus.url} (default {@code http://127.0.0.1:8080}), {@code
 * nexus.rate} callers a second (5; each makes five calls), {@code nexus.seconds} (10), {@code
 * nexus.p95} milliseconds (1000). Fails if a call fails or the 95th percentile is above the limit.
 */
public final class SmokeSimulation extends Simulation {
  private static final String URL = System.getProperty("nexus.url", "http://127.0.0.1:8080");
  private static final int RATE = Integer.getInteger("nexus.rate", 5);
  private static final int SECONDS = Integer.getInteger("nexus.seconds", 10);
  private static final int P95_MILLIS = Integer.getInteger("nexus.p95", 1_000);

  private static final HttpProtocolBuilder PROTOCOL =
      http.baseUrl(URL)
          .contentTypeHeader("application/json")
          .acceptHeader("application/json")
          .userAgentHeader("nexus-loadtest")
          .shareConnections();

  private static final ScenarioBuilder CALLERS =
      scenario("callers")
          .exec(
              call("dataagent", "process_data", "{\"data\":[1,2,3,4,5]}", "result.mean", "3.0"),
              call(
                  "textagent",
                  "detect_language",
                  "{\"text\":\"This is the language of the text.\"}",
                  "result.language",
                  "en"),
              call(
                  "imageagent",
                  "describe_image",
                  "{\"image\":\"" + Pictures.RED_DOT + "\"}",
                  "result.format",
                  "png"),
              call("codeagent", "check", "{\"source\":\"class A { }\"}", "result.valid", "true"),
              call(
                  "mathagent",
                  "derivative",
                  "{\"expression\":\"x^3\"}",
                  "result.derivative",
                  "3 * x^2"));

  private static ChainBuilder call(
      String agent, String tool, String parameters, String path, String expected) {
    String body = "{\"tool_name\":\"" + tool + "\",\"parameters\":" + parameters + "}";
    return exec(
        http(agent + " " + tool)
            .post("/agents/" + agent + "/execute")
            .body(StringBody(body))
            .check(status().is(200), jmesPath(path).is(expected)));
  }

  {
    setUp(
            CALLERS.injectOpen(
                rampUsersPerSec(1).to(RATE).during(Duration.ofSeconds(2)),
                constantUsersPerSec(RATE).during(Duration.ofSeconds(SECONDS))))
        .protocols(PROTOCOL)
        .assertions(
            global().failedRequests().count().is(0L),
            global().responseTime().percentile(95).lt(P95_MILLIS));
  }

  private static final class Pictures {
    /** A PNG of one red pixel. */
    static final String RED_DOT =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
  }
}
