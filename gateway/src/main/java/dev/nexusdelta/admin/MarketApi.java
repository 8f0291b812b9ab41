package dev.nexusdelta.admin;

import dev.nexusdelta.admin.ClusterCalls.Told;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark.Origin;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.market.Search;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /api/v1/marketplace/agents}: cards of all agents, however they came, and the registration
 * of those that others run.
 */
final class MarketApi {
  private static final String PATH = "/api/v1/marketplace/agents";

  private final Registry registry;
  private final FleetControl fleet;
  private final Changes changes;
  private final Market market;
  private final CardRegistration registration;
  private final ClusterCalls calls;
  private final InstantSource clock;

  MarketApi(Vertx vertx, ControlPlane.Parts parts, Changes changes) {
    this.registry = parts.registry();
    this.fleet = parts.fleet();
    this.changes = changes;
    this.market = parts.market();
    this.registration =
        new CardRegistration(registry, fleet, changes, market.addresses(), parts.gateway());
    this.calls = new ClusterCalls(vertx, parts.others(), market.calls());
    this.clock = parts.clock();
  }

  void mount(Routes routes) {
    routes.get(Need.READ, PATH, this::list);
    routes.post(Need.MANAGE_SOME, PATH, this::register);
    routes.get(Need.READ_AGENT, PATH + "/{name}", this::read);
    routes.delete(Need.MANAGE_AGENT, PATH + "/{name}", this::delete);
  }

  /** For other gateways, who have been let in already. */
  void mountOwn(Router router) {
    router
        .get(ClusterCalls.PATH)
        .handler(ctx -> Answers.when(ctx, calls.own(), own -> Answers.json(ctx, 200, own)));
  }

  /** The best first: fits best, is called now, tells most; equals by name. */
  private record Hit(int rank, boolean callable, int score, AgentSpec spec) {
    static final Comparator<Hit> BEST_FIRST =
        Comparator.comparingInt(Hit::rank)
            .thenComparing(Hit::callable)
            .thenComparingInt(Hit::score)
            .reversed()
            .thenComparing(hit -> hit.spec().name());
  }

  private void list(RoutingContext ctx) {
    Search search =
        Search.of(
            Params.text(ctx, "text"),
            Params.text(ctx, "category"),
            Params.text(ctx, "capability"),
            Params.text(ctx, "tool"));
    List<Hit> hits = new ArrayList<>();
    for (AgentSpec spec : registry.agents()) {
      Optional<AgentStatus> status = fleet.status(spec.name());
      int rank = search.rank(spec.manifest(), MarketCards.tools(spec, status));
      if (rank > 0) {
        boolean believed = market.hints().test(spec);
        hits.add(
            new Hit(
                rank,
                MarketCards.isCallable(status),
                MarketCards.score(spec, status, believed),
                spec));
      }
    }
    hits.sort(Hit.BEST_FIRST);
    Instant now = clock.instant();
    Answers.when(
        ctx,
        calls.all(),
        told ->
            Answers.json(
                ctx,
                200,
                new JsonObject()
                    .put("agents", AgentJson.list(hits, hit -> card(hit.spec(), told)))
                    .put("missing", missing(told))
                    .put("asOf", now.toString())));
  }

  private static JsonObject missing(Told told) {
    JsonObject missing = new JsonObject();
    told.missing().forEach(missing::put);
    return missing;
  }

  private JsonObject card(AgentSpec spec, Told told) {
    return MarketCards.card(
        spec, fleet.status(spec.name()), market.hints().test(spec), told, clock.instant());
  }

  private void read(RoutingContext ctx) {
    AgentSpec spec = changes.existing(Params.name(ctx));
    Answers.when(
        ctx,
        calls.all(),
        told -> {
          changes.etag(ctx, spec.name());
          Answers.json(ctx, 200, card(spec, told));
        });
  }

  private void register(RoutingContext ctx) {
    Answers.when(
        ctx,
        registration
            .register(ctx, Bodies.object(ctx))
            .compose(done -> calls.all().map(told -> Map.entry(done, told))),
        both -> answer(ctx, both.getKey(), both.getValue()));
  }

  private void answer(RoutingContext ctx, CardRegistration.Registered done, Told told) {
    AgentSpec spec = done.change().after();
    JsonObject card =
        card(spec, told)
            .put("notes", new JsonArray(done.notes()))
            .put("created", done.change().created())
            .put("changed", done.change().changed());
    if (Changes.dryRun(ctx)) {
      Answers.json(ctx, 200, card.put("dryRun", true));
      return;
    }
    changes.etag(ctx, spec.name());
    if (done.change().created()) {
      ctx.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + spec.name().key());
    }
    Answers.json(ctx, done.change().created() ? 201 : 200, card);
  }

  private void delete(RoutingContext ctx) {
    AgentName name = Params.name(ctx);
    Answers.when(
        ctx,
        changes.change(
            ctx,
            name,
            spec -> {
              if (spec.applied().origin() != Origin.CARD) {
                throw Refusals.conflict(
                    "agent '"
                        + spec.name()
                        + "' did not come by a card (its source: "
                        + MarketCards.source(spec)
                        + "), so the marketplace does not delete it",
                    "DELETE /api/v1/agents/"
                        + name.key()
                        + " does (nexus delete "
                        + spec.name()
                        + ")");
              }
              return SpecEdits.deleted(spec, Optional.empty());
            }),
        done -> changes.operation(ctx, "delete", done.after()));
  }
}
