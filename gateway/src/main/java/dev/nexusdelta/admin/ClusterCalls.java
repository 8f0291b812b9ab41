package dev.nexusdelta.admin;

import dev.nexusdelta.admin.CountedCalls.Counted;
import dev.nexusdelta.market.Tally;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all gateways of the cluster have counted of calls, each of those that callers sent to it.
 * Thread-safe.
 */
final class ClusterCalls {
  /** Where gateways ask each other. */
  static final String PATH = "/api/v1/marketplace/calls";

  private static final long PATIENCE_MILLIS = 2000;

  private final Vertx vertx;
  private final OtherGateways others;
  private final CountedCalls own;

  ClusterCalls(Vertx vertx, OtherGateways others, CountedCalls own) {
    this.vertx = vertx;
    this.others = others;
    this.own = own;
  }

  /**
   * What is known.
   *
   * @param gateways whose counts are among them, this one too
   * @param missing gateways whose counts are not, and why
   */
  record Told(
      Map<String, Tally> agents,
      Optional<Instant> since,
      List<Long> bounds,
      int gateways,
      Map<String, String> missing) {
    Tally of(String agent) {
      return agents.getOrDefault(agent, Tally.none(bounds.size() + 1));
    }
  }

  /** This gateway's own, for another one. */
  Future<JsonObject> own() {
    return own.take().map(counted -> document(counted, own.bounds()));
  }

  /** Everybody's; those who do not answer in time are named. */
  Future<Told> all() {
    return own.take()
        .compose(
            here -> {
              Map<String, Future<Counted>> asked = new TreeMap<>();
              others.names().forEach(name -> asked.put(name, ask(name)));
              List<Future<Counted>> answers = new ArrayList<>(asked.values());
              return answers.isEmpty()
                  ? Future.succeededFuture(told(here, asked))
                  : Future.join(answers)
                      .transform(done -> Future.succeededFuture(told(here, asked)));
            });
  }

  private Told told(Counted here, Map<String, Future<Counted>> asked) {
    Map<String, Tally> agents = new TreeMap<>(here.agents());
    Map<String, String> missing = new TreeMap<>();
    List<Instant> since = new ArrayList<>(here.since().stream().toList());
    asked.forEach(
        (name, answer) -> {
          if (answer.succeeded()) {
            answer.result().agents().forEach((key, tally) -> agents.merge(key, tally, Tally::plus));
            answer.result().since().ifPresent(since::add);
          } else {
            missing.put(name, String.valueOf(answer.cause().getMessage()));
          }
        });
    return new Told(
        agents,
        since.stream().min(Instant::compareTo),
        own.bounds(),
        1 + asked.size() - missing.size(),
        missing);
  }

  private Future<Counted> ask(String gateway) {
    Promise<Counted> told = Promise.promise();
    ((VertxInternal) vertx)
        .createEventLoopContext()
        .runOnContext(
            go ->
                others
                    .get(gateway, PATH)
                    .compose(ClusterCalls::body)
                    .map(this::counted)
                    .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .onComplete(told));
    return told.future();
  }

  private static Future<JsonObject> body(HttpClientResponse answer) {
    Future<JsonObject> body = answer.body().map(JsonObject::new);
    answer.resume();
    return body;
  }

  private static JsonObject document(Counted counted, List<Long> bounds) {
    JsonObject agents = new JsonObject();
    JsonObject slowest = new JsonObject();
    counted
        .agents()
        .forEach(
            (agent, tally) -> {
              JsonArray counts = new JsonArray().add(tally.calls()).add(tally.failed());
              tally.took().forEach(counts::add);
              agents.put(agent, counts);
              if (tally.slowestMicros() != Tally.UNKNOWN) {
                slowest.put(agent, tally.slowestMicros());
              }
            });
    return new JsonObject()
        .put("since", counted.since().map(Instant::toString).orElse(null))
        .put("bounds", new JsonArray(bounds))
        .put("agents", agents)
        .put("slowestMicros", slowest);
  }

  private Counted counted(JsonObject document) {
    if (!new JsonArray(own.bounds()).encode().equals(encoded(document.getJsonArray("bounds")))) {
      throw new IllegalStateException("it counts in other steps, as another version does");
    }
    Map<String, Tally> agents = new TreeMap<>();
    JsonObject told = document.getJsonObject("agents", new JsonObject());
    // A gateway of an earlier version does not tell it.
    JsonObject slowest = document.getJsonObject("slowestMicros", new JsonObject());
    for (String agent : told.fieldNames()) {
      JsonArray counts = told.getJsonArray(agent);
      List<Long> took = new ArrayList<>();
      for (int i = 2; i < counts.size(); i++) {
        took.add(counts.getLong(i));
      }
      agents.put(
          agent,
          new Tally(
              counts.getLong(0), counts.getLong(1), took, slowest.getLong(agent, Tally.UNKNOWN)));
    }
    return new Counted(
        agents, Optional.ofNullable(document.getString("since")).map(Instant::parse));
  }

  private static String encoded(@Nullable JsonArray array) {
    return array == null ? "" : array.encode();
  }
}
