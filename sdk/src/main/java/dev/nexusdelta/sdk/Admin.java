package dev.nexusdelta.sdk;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Administration of a gateway: {@code /api/v1}. Get one from {@link NexusClient#admin}.
 *
 * <p>Changes return an {@link Operation} that may still run; {@link #await} waits for its end.
 * Documents have the form that the gateway's {@code /openapi.json} describes.
 */
public final class Admin {
  /** How long one waiting request stays open; shorter than what proxies on the way cut off. */
  private static final Duration ONE_WAIT = Duration.ofSeconds(10);

  /** Thousands of agents, each durable before the next: a minute or more on a slow disk. */
  private static final Duration WHOLE_REGISTRY = Duration.ofMinutes(15);

  private final NexusClient client;

  Admin(NexusClient client) {
    this.client = client;
  }

  /** All agents: {@code {"agents":[…]}}. */
  public JsonValue agents() {
    return get("/agents");
  }

  /** One agent: spec, status, source. */
  public JsonValue agent(String name) {
    return get(path(name, ""));
  }

  /**
   * All that the registry holds, as one document to keep: the bytes of a file. No secrets in it,
   * but whatever stands in {@code env} of the manifests.
   */
  public byte[] backup() {
    WireAnswer answer = client.admin("GET", "/backup", (byte[]) null, WHOLE_REGISTRY);
    String text = answer.text();
    if (answer.status() >= 400) {
      throw answer.problem(text);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Makes the agents of a backup again what they were in it. An agent that somebody changes
   * meanwhile is left to them.
   *
   * @param backup as {@link #backup} gives it
   * @param dryRun changes nothing
   * @param prune deletes agents that are not in it
   * @return what was, or would be, done to each agent, and how that ended
   */
  public JsonValue restore(byte[] backup, boolean dryRun, boolean prune) {
    return client
        .admin("POST", "/restore?dryRun=" + dryRun + "&prune=" + prune, backup, WHOLE_REGISTRY)
        .document();
  }

  /** Registers a new agent from its manifest. */
  public Change create(JsonValue manifest, boolean dryRun) {
    return change("create", "", "POST", "/agents" + dry(dryRun), manifest);
  }

  /** Replaces the manifest of an agent, or registers it. */
  public Change put(String name, JsonValue manifest, boolean dryRun) {
    return change("change", name, "PUT", path(name, "") + dry(dryRun), manifest);
  }

  /** Merges into the manifest of an agent (RFC 7396). */
  public Change patch(String name, JsonValue patch, boolean dryRun) {
    return change("change", name, "PATCH", path(name, "") + dry(dryRun), patch);
  }

  /** Reads the agent's file again and applies it. */
  public Change apply(String name, boolean dryRun) {
    return change("apply", name, "POST", path(name, "/apply") + dry(dryRun), JsonValue.object());
  }

  /**
   * Applies an agent's folder, also when the agent was deleted and the folder is as it was then.
   */
  public Change create(String name) {
    return change("create", name, "POST", path(name, "/apply?create=true"), JsonValue.object());
  }

  /** Deletes an agent; its folder stays. */
  public Operation delete(String name) {
    return change("delete", name, "DELETE", path(name, ""), null).operation();
  }

  /** Wants the agent's replicas to run. */
  public Operation start(String name) {
    return change("start", name, "POST", path(name, "/start"), JsonValue.object()).operation();
  }

  /** Wants the agent's replicas ended. */
  public Operation stop(String name) {
    return change("stop", name, "POST", path(name, "/stop"), JsonValue.object()).operation();
  }

  /** Replaces the agent's replicas one by one. */
  public Operation restart(String name) {
    return change("restart", name, "POST", path(name, "/restart"), JsonValue.object()).operation();
  }

  /** Wants another number of replicas. */
  public Operation scale(String name, Scale scale) {
    return change("scale", name, "POST", path(name, "/scale"), scale.body()).operation();
  }

  /** An operation as it stands. */
  public Operation operation(String id) {
    return Operation.from(get("/operations/" + NexusClient.segment(id)));
  }

  /**
   * Waits for the end of an operation.
   *
   * @param seen gets every later state of it, on the calling thread
   * @return the ended operation, or the running one when the time is up
   */
  public Operation await(Operation operation, Duration atMost, Consumer<Operation> seen) {
    long end = System.nanoTime() + atMost.toNanos();
    Operation latest = operation;
    while (!latest.ended() && System.nanoTime() < end) {
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      Duration wait = left.compareTo(ONE_WAIT) < 0 ? left : ONE_WAIT;
      long asked = System.nanoTime();
      latest =
          Operation.from(
              get(
                  "/operations/"
                      + NexusClient.segment(latest.id())
                      + "?wait="
                      + Math.max(1, wait.toSeconds())
                      + "s"));
      seen.accept(latest);
      if (!latest.ended() && System.nanoTime() - asked < 50_000_000) {
        LockSupport.parkNanos(100_000_000); // a gateway that answers a waiting request at once
      }
    }
    return latest;
  }

  /**
   * Replicas of an agent: {@code {"replicas":[…]}}.
   *
   * @param stats with their use of memory and processor
   */
  public JsonValue replicas(String name, boolean stats) {
    return get(path(name, "/replicas") + (stats ? "?stats=true" : ""));
  }

  /**
   * Log lines of an agent: {@code {"at","replica","text"}} each.
   *
   * @param tail at most this many of those that are there
   * @param since only later ones; RFC 3339 time or duration like {@code 10m}, null = all
   * @param follow go on with new ones until closed
   */
  public Feed logs(String name, int tail, @Nullable String since, boolean follow) {
    StringBuilder query = new StringBuilder("?tail=" + tail + (follow ? "&follow=true" : ""));
    NexusClient.parameter(query, "since", since);
    return feed(path(name, "/logs") + query);
  }

  /**
   * Events: {@code {"id","at","type","agent","replica","by","reason"}} each.
   *
   * @param follow go on with new ones until closed; otherwise those that are kept
   */
  public Feed events(boolean follow) {
    return feed("/events" + (follow ? "" : "?follow=false"));
  }

  /**
   * How many replicas an agent has by its load and why: what was decided lately, the newest first,
   * and the load of the last seconds.
   *
   * @param limit at most this many decisions
   */
  public JsonValue scaling(String name, int limit) {
    return get(path(name, "/scaling") + "?limit=" + limit);
  }

  /**
   * As {@link #scaling}, with what other bounds would have made of the load of the last minutes.
   *
   * @param bounds what is to differ from the agent's own
   */
  public JsonValue replayScaling(String name, int limit, Scale.Bounds bounds) {
    StringBuilder query = new StringBuilder("?limit=" + limit + "&replay=true");
    bounds
        .members()
        .forEach((key, value) -> NexusClient.parameter(query, key, String.valueOf(value)));
    return get(path(name, "/scaling") + query);
  }

  /**
   * Recent calls that failed, were slow, or are a sample of the rest: {@code {"calls":[…]}}, the
   * newest first.
   *
   * @param agent only this one's; null = all
   * @param slow only the slowest ones, the slowest first
   * @param code a status or the code of a problem; null = any
   * @param since RFC 3339 time or duration like {@code 10m}; null = all
   */
  public JsonValue calls(
      @Nullable String agent, boolean slow, @Nullable String code, @Nullable String since) {
    StringBuilder query = new StringBuilder("?slow=").append(slow);
    NexusClient.parameter(query, "agent", agent);
    NexusClient.parameter(query, "code", code);
    NexusClient.parameter(query, "since", since);
    return get("/calls" + query);
  }

  /** One recent call by its request id; refused with 404 if it is not kept. */
  public JsonValue call(String requestId) {
    return get("/calls/" + NexusClient.segment(requestId));
  }

  /** Configuration in force: {@code {"config":[{"key","value","source"}]}}. */
  public JsonValue config() {
    return get("/config");
  }

  /**
   * Gateways, and how the registry and one outside stand: {@code
   * {"gateways":[…],"away":["…"],"drained":["…"],"size":3,"trouble":"…","registry":{}}}.
   */
  public JsonValue cluster() {
    return get("/cluster");
  }

  /** Revisions of an agent that gave way to somebody else's, newest first. */
  public JsonValue superseded(String name) {
    return get(path(name, "/superseded"));
  }

  /** Makes one of them the next revision. */
  public Change restore(String name, long revision, boolean dryRun) {
    return change(
        "change",
        name,
        "POST",
        path(name, "/superseded/" + revision + "/restore") + dry(dryRun),
        JsonValue.object());
  }

  /** Says that agents whose documents are gone outside are to be deleted here too. */
  public JsonValue confirmDeletions() {
    return client.ask("POST", "/cluster/confirm-deletions", JsonValue.object());
  }

  /**
   * Has nothing run on the host of a gateway of the cluster, or lets it take replicas again.
   *
   * @param gateway its name
   * @param drain false = undo it
   * @return {@code {"gateway":"…","draining":true,"away":false,"changed":true,"drained":["…"]}}
   */
  public JsonValue drain(String gateway, boolean drain) {
    return ofGateway(gateway, drain ? "/drain" : "/undrain");
  }

  /**
   * Takes a gateway that is away out of the cluster for good.
   *
   * @return {@code {"forgotten":"…"}}
   */
  public JsonValue forget(String gateway) {
    return ofGateway(gateway, "/forget");
  }

  private JsonValue ofGateway(String gateway, String verb) {
    return client.ask(
        "POST", "/cluster/" + NexusClient.segment(gateway) + verb, JsonValue.object());
  }

  /**
   * Ends the gateway after it has drained.
   *
   * @param agents ends all agents too; otherwise they go on for the next gateway to adopt
   */
  public void shutdown(boolean agents) {
    client.ask("POST", "/shutdown", JsonValue.object().with("agents", agents));
  }

  private JsonValue get(String path) {
    return client.ask("GET", path, null);
  }

  private Feed feed(String path) {
    WireAnswer answer = client.admin("GET", path, (JsonValue) null, null);
    if (answer.status() >= 400) {
      throw answer.problem(answer.text());
    }
    return new Feed(answer);
  }

  private Change change(
      String kind, String name, String method, String path, @Nullable JsonValue body) {
    WireAnswer answer = client.admin(method, path, body, client.timeout());
    JsonValue document = answer.document();
    boolean isOperation = document.get("state").isPresent() && document.get("kind").isPresent();
    Operation operation = isOperation ? Operation.from(document) : Operation.settled(kind, name);
    return new Change(
        isOperation ? JsonValue.MISSING : document, answer.status() == 201, operation);
  }

  private static String path(String name, String rest) {
    return "/agents/" + NexusClient.segment(name) + rest;
  }

  private static String dry(boolean dryRun) {
    return dryRun ? "?dryRun=true" : "";
  }
}
