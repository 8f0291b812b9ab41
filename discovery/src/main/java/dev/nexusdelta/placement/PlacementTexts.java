package dev.nexusdelta.placement;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reports and assignments in the form in which they travel: JSON, whose unknown members are ignored
 * and whose missing ones count as nothing, so that gateways of different versions understand each
 * other. Pure.
 */
public final class PlacementTexts {
  private PlacementTexts() {}

  /** A report as text. */
  public static String text(HostReport report) {
    JsonObject agents = new JsonObject();
    report.agents().forEach((key, agent) -> agents.put(key, json(agent)));
    return new JsonObject()
        .put("gateway", report.gateway())
        .put("epoch", report.epoch())
        .put("sequence", report.sequence())
        .put("kinds", new JsonArray(report.kinds().stream().sorted().toList()))
        .put("cpus", report.cpus())
        .put("memory", report.memory())
        .put("agents", agents)
        .encode();
  }

  /** Without what is nothing: most agents run elsewhere. */
  private static JsonObject json(HostedAgent agent) {
    JsonObject json = new JsonObject().put("revision", agent.revision());
    put(json, "present", agent.present());
    put(json, "staying", agent.staying());
    put(json, "ready", agent.ready());
    put(json, "target", agent.target());
    put(json, "starting", agent.starting());
    put(json, "asked", agent.asked());
    if (!agent.code().isEmpty()) {
      json.put("code", agent.code());
    }
    if (agent.travels()) {
      json.put("travels", true);
    }
    if (agent.gaveUp()) {
      json.put("gaveUp", true);
    }
    if (agent.stuck()) {
      json.put("stuck", true);
    }
    if (!agent.failure().isEmpty()) {
      json.put("failure", agent.failure());
    }
    return json;
  }

  private static void put(JsonObject json, String name, int count) {
    if (count != 0) {
      json.put(name, count);
    }
  }

  /**
   * Reads {@link #text(HostReport)}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static HostReport report(String text) {
    return read(
        "host report",
        text,
        json -> {
          Map<String, HostedAgent> agents = new HashMap<>();
          JsonObject all = json.getJsonObject("agents", new JsonObject());
          all.fieldNames().forEach(key -> agents.put(key, hosted(all.getJsonObject(key))));
          Set<String> kinds = new HashSet<>();
          json.getJsonArray("kinds", new JsonArray()).forEach(kind -> kinds.add((String) kind));
          return new HostReport(
              name(json, "gateway"),
              json.getLong("epoch", 0L),
              json.getLong("sequence", 0L),
              kinds,
              json.getInteger("cpus", 1),
              json.getLong("memory", 0L),
              agents);
        });
  }

  private static HostedAgent hosted(JsonObject json) {
    return new HostedAgent(
        json.getLong("revision", 0L),
        json.getString("code", ""),
        count(json, "present"),
        count(json, "staying"),
        count(json, "ready"),
        count(json, "target"),
        count(json, "starting"),
        json.getBoolean("gaveUp", false),
        json.getBoolean("stuck", false),
        json.getString("failure", ""),
        count(json, "asked"),
        json.getBoolean("travels", false));
  }

  /** An assignment as text. */
  public static String text(Assignment assignment) {
    Spread spread = assignment.spread();
    JsonObject shares = new JsonObject();
    spread.shares().forEach(shares::put);
    JsonObject reasons = new JsonObject();
    spread.reasons().forEach(reasons::put);
    return new JsonObject()
        .put("agent", assignment.agent())
        .put("term", assignment.term())
        .put("sequence", assignment.sequence())
        .put("revision", spread.revision())
        .put("total", spread.total())
        .put("shares", shares)
        .put("reasons", reasons)
        .put("unplaced", spread.unplaced())
        .put("asked", spread.asked())
        .encode();
  }

  /**
   * Reads {@link #text(Assignment)}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Assignment assignment(String text) {
    return read(
        "placement",
        text,
        json -> {
          Map<String, Integer> shares = new HashMap<>();
          JsonObject all = json.getJsonObject("shares", new JsonObject());
          all.fieldNames().forEach(gateway -> shares.put(gateway, count(all, gateway)));
          Map<String, String> reasons = new HashMap<>();
          JsonObject why = json.getJsonObject("reasons", new JsonObject());
          why.fieldNames().forEach(gateway -> reasons.put(gateway, why.getString(gateway)));
          return new Assignment(
              name(json, "agent"),
              json.getLong("term", 0L),
              json.getLong("sequence", 0L),
              new Spread(
                  json.getLong("revision", 0L),
                  count(json, "total"),
                  shares,
                  reasons,
                  count(json, "unplaced"),
                  json.getBoolean("asked", false)));
        });
  }

  private static int count(JsonObject json, String name) {
    int count = json.getInteger(name, 0);
    if (count < 0) {
      throw new IllegalArgumentException(name + " is " + count + ", expected 0 or more");
    }
    return count;
  }

  private static String name(JsonObject json, String member) {
    String name = json.getString(member, "");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("it names no " + member);
    }
    return name;
  }

  private static <T> T read(String what, String text, Function<JsonObject, T> reader) {
    try {
      return reader.apply(new JsonObject(text));
    } catch (ClassCastException | DecodeException | NullPointerException e) {
      throw new IllegalArgumentException("not a " + what + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a " + what + ": " + e.getMessage(), e);
    }
  }
}
