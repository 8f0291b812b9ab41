package dev.nexusdelta.load;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Reports in the form in which they travel: JSON, whose unknown members are ignored and whose
 * missing ones count as zero, so that gateways of different versions understand each other. Pure.
 */
public final class LoadTexts {
  private LoadTexts() {}

  /** A report as text. */
  public static String text(LoadReport report) {
    JsonObject agents = new JsonObject();
    report.agents().forEach((name, load) -> agents.put(name, json(load)));
    return new JsonObject()
        .put("gateway", report.gateway())
        .put("epoch", report.epoch())
        .put("sequence", report.sequence())
        .put("coveredNanos", report.coveredNanos())
        .put("agents", agents)
        .encode();
  }

  private static JsonObject json(AgentLoad load) {
    return new JsonObject()
        .put("arrivals", load.arrivals())
        .put("answered", load.answered())
        .put("callSeconds", load.callSeconds())
        .put("serviceSeconds", load.serviceSeconds())
        .put("inFlight", load.inFlight())
        .put("waiting", load.waiting())
        .put("oldestWaitNanos", load.oldestWait().toNanos());
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static LoadReport report(String text) {
    try {
      JsonObject json = new JsonObject(text);
      Map<String, AgentLoad> agents = new HashMap<>();
      JsonObject loads = json.getJsonObject("agents", new JsonObject());
      loads.fieldNames().forEach(name -> agents.put(name, load(loads.getJsonObject(name))));
      String gateway = json.getString("gateway", "");
      if (gateway.isEmpty()) {
        throw new IllegalArgumentException("a load report names no gateway");
      }
      return new LoadReport(
          gateway,
          json.getLong("epoch", 0L),
          json.getLong("sequence", 0L),
          json.getLong("coveredNanos", 0L),
          agents);
    } catch (ClassCastException | DecodeException e) {
      throw new IllegalArgumentException("not a load report: " + e.getMessage(), e);
    }
  }

  private static AgentLoad load(JsonObject json) {
    return new AgentLoad(
        json.getLong("arrivals", 0L),
        json.getLong("answered", 0L),
        json.getDouble("callSeconds", 0.0),
        json.getDouble("serviceSeconds", 0.0),
        json.getInteger("inFlight", 0),
        json.getInteger("waiting", 0),
        Duration.ofNanos(json.getLong("oldestWaitNanos", 0L)));
  }
}
