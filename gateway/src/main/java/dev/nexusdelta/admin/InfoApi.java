package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What needs no token while there are no keys: overview, metrics, the API's description; and the
 * two probes, which never need one.
 */
final class InfoApi {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final List<String> LINKS =
      List.of("/agents", "/livez", "/readyz", "/metrics", "/openapi.json", "/api/v1/agents");

  private final Registry registry;
  private final FleetControl fleet;
  private final Metrics metrics;
  private final GatewayControl gateway;
  private final String openApi;

  InfoApi(Registry registry, FleetControl fleet, Metrics metrics, GatewayControl gateway) {
    this.registry = registry;
    this.fleet = fleet;
    this.metrics = metrics;
    this.gateway = gateway;
    openApi = described(new JsonObject(resource("openapi.json")), gateway.version());
  }

  void mount(Routes routes) {
    routes.get(Need.KEY, "/", this::overview);
    routes.get(
        Need.NOTHING,
        "/livez",
        ctx -> Answers.json(ctx, 200, new JsonObject().put("status", "alive")));
    routes.get(Need.NOTHING, "/readyz", this::ready);
    routes.get(
        Need.METRICS, "/metrics", ctx -> Answers.text(ctx, 200, PROMETHEUS, metrics.scrape()));
    routes.get(
        Need.KEY, "/openapi.json", ctx -> Answers.text(ctx, 200, "application/json", openApi));
  }

  private void ready(RoutingContext ctx) {
    Optional<String> reason = gateway.notReady();
    if (reason.isPresent()) {
      Answers.problem(ctx, Problem.of(ProblemCode.NOT_READY, reason.get()).retryAfter(1));
    } else {
      Answers.json(ctx, 200, new JsonObject().put("status", "ready"));
    }
  }

  private void overview(RoutingContext ctx) {
    List<AgentSpec> specs =
        registry.agents().stream()
            .filter(spec -> Caller.sees(ctx, spec.name()))
            .sorted(Comparator.comparing(AgentSpec::name))
            .toList();
    ctx.response().putHeader("Vary", "Accept");
    if (Params.prefersHtml(ctx)) {
      ctx.response()
          .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
          .putHeader("Referrer-Policy", "no-referrer");
      Answers.text(ctx, 200, "text/html; charset=utf-8", html(specs));
      return;
    }
    JsonArray agents =
        AgentJson.list(
            specs,
            spec ->
                new JsonObject()
                    .put("name", spec.name().value())
                    .put("description", spec.manifest().description())
                    .put("state", state(spec))
                    .put("endpoint", AgentJson.endpoint(spec.name())));
    Answers.json(
        ctx,
        200,
        new JsonObject()
            .put("name", "Nexus Delta")
            .put("version", gateway.version())
            .put("gateway", gateway.name())
            .put("agents", agents)
            .put("links", new JsonArray(LINKS)));
  }

  private String state(AgentSpec spec) {
    return fleet
        .status(spec.name())
        .map(AgentStatus::state)
        .map(state -> state.label())
        .orElse(spec.enabled() ? "starting" : "stopped");
  }

  private String html(List<AgentSpec> specs) {
    StringBuilder page = new StringBuilder();
    page.append(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Nexus Delta</title>")
        .append("<h1>Nexus Delta ")
        .append(escaped(gateway.version()))
        .append("</h1><p>Gateway ")
        .append(escaped(gateway.name()))
        .append("</p><table><tr><th>Agent<th>State<th>Endpoint<th>Description");
    for (AgentSpec spec : specs) {
      page.append("<tr><td>")
          .append(escaped(spec.name().value()))
          .append("<td>")
          .append(state(spec))
          .append("<td><code>POST ")
          .append(AgentJson.endpoint(spec.name()))
          .append("</code><td>")
          .append(escaped(spec.manifest().description()));
    }
    page.append("</table><ul>");
    LINKS.forEach(
        link ->
            page.append("<li><a href=\"").append(link).append("\">").append(link).append("</a>"));
    return page.append("</ul></html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String described(JsonObject document, String version) {
    document.getJsonObject("info").put("version", version);
    return document.encode();
  }

  private static String resource(String name) {
    try (InputStream in = InfoApi.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing beside " + InfoApi.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
