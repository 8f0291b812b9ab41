package dev.nexusdelta.admin;

import dev.nexusdelta.admin.Changes.Change;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/agents}: manifests, with status beside them. */
final class AgentsApi {
  private static final int PATCH_ATTEMPTS = 3;

  private final Registry registry;
  private final FolderSync folders;
  private final Changes changes;

  AgentsApi(Registry registry, FolderSync folders, Changes changes) {
    this.registry = registry;
    this.folders = folders;
    this.changes = changes;
  }

  void mount(Routes routes) {
    routes.get(Need.READ, "/api/v1/agents", this::list);
    routes.post(Need.MANAGE_SOME, "/api/v1/agents", this::create);
    routes.get(Need.READ_AGENT, "/api/v1/agents/{name}", this::read);
    routes.put(Need.MANAGE_AGENT, "/api/v1/agents/{name}", this::replace);
    routes.patch(Need.MANAGE_AGENT, "/api/v1/agents/{name}", this::patch);
    routes.delete(Need.MANAGE_AGENT, "/api/v1/agents/{name}", this::delete);
    routes.post(Need.MANAGE_AGENT, "/api/v1/agents/{name}/apply", this::apply);
  }

  private void list(RoutingContext ctx) {
    List<AgentSpec> specs =
        registry.agents().stream().sorted(Comparator.comparing(AgentSpec::name)).toList();
    JsonArray refused = new JsonArray();
    folders
        .seen()
        .refused()
        .forEach(
            (folder, faults) ->
                refused.add(
                    new JsonObject().put("name", folder).put("faults", new JsonArray(faults))));
    Answers.json(
        ctx,
        200,
        new JsonObject()
            .put("agents", AgentJson.list(specs, changes::json))
            .put("refused", refused));
  }

  private void read(RoutingContext ctx) {
    changes.agent(ctx, 200, changes.existing(Params.name(ctx)));
  }

  private void create(RoutingContext ctx) {
    Manifest manifest = Manifests.read(Bodies.object(ctx));
    AgentName name = manifest.name();
    Caller.check(ctx, Need.MANAGE_AGENT, name);
    Future<Change> change =
        codeOf(manifest)
            .compose(
                code ->
                    changes.make(
                        ctx,
                        name,
                        stored -> {
                          Optional<AgentSpec> present = stored.filter(spec -> !spec.deleted());
                          if (present.isEmpty()) {
                            return SpecEdits.created(stored, manifest, code, Optional.empty());
                          }
                          if (present.get().manifest().equals(manifest)) {
                            return present.get();
                          }
                          throw Refusals.conflict(
                              "there is an agent '" + name + "' already, with another manifest",
                              "PUT or PATCH /api/v1/agents/" + name.key() + " changes it");
                        }));
    Answers.when(
        ctx,
        change.onFailure(refused -> changes.etag(ctx, name)),
        done -> changes.answer(ctx, done));
  }

  private void replace(RoutingContext ctx) {
    AgentName name = Params.name(ctx);
    Map<String, @Nullable Object> body = new LinkedHashMap<>(Bodies.object(ctx));
    Optional<AgentSpec> before = registry.agent(name);
    body.putIfAbsent("name", before.map(AgentSpec::name).orElse(name).value());
    Manifest manifest =
        named(
            name,
            before
                .map(spec -> Manifests.read(body, spec.manifest()))
                .orElseGet(() -> Manifests.read(body)));
    Answers.when(
        ctx,
        codeOf(manifest)
            .compose(code -> changes.make(ctx, name, stored -> replaced(stored, manifest, code))),
        done -> changes.answer(ctx, done));
  }

  private static AgentSpec replaced(Optional<AgentSpec> stored, Manifest manifest, String code) {
    return stored
        .filter(spec -> !spec.deleted())
        .map(spec -> SpecEdits.withManifest(spec, manifest, code))
        .orElseGet(() -> SpecEdits.created(stored, manifest, code, Optional.empty()));
  }

  private void patch(RoutingContext ctx) {
    Map<String, @Nullable Object> patch = Bodies.object(ctx);
    Answers.when(ctx, patch(ctx, Params.name(ctx), patch, 1), done -> changes.answer(ctx, done));
  }

  /**
   * Merges into what is stored; if somebody else changes the agent in between and the caller named
   * no revision, merges again.
   */
  Future<Change> patch(
      RoutingContext ctx, AgentName name, Map<String, @Nullable Object> patch, int attempt) {
    AgentSpec read = changes.existing(name);
    Manifest manifest = Manifests.patched(read.manifest(), patch);
    return codeOf(manifest)
        .compose(
            code ->
                changes.change(
                    ctx,
                    name,
                    stored -> {
                      if (stored.revision() != read.revision()) {
                        throw new StaleRevisionException(name, read.revision(), stored.revision());
                      }
                      return SpecEdits.withManifest(stored, manifest, code);
                    }))
        .recover(
            refused ->
                refused instanceof StaleRevisionException
                        && attempt < PATCH_ATTEMPTS
                        && ctx.request().getHeader(HttpHeaders.IF_MATCH) == null
                    ? patch(ctx, name, patch, attempt + 1)
                    : Future.failedFuture(refused));
  }

  private void delete(RoutingContext ctx) {
    AgentName name = Params.name(ctx);
    Answers.when(
        ctx,
        folders
            .fileHash(name)
            .compose(hash -> changes.change(ctx, name, spec -> SpecEdits.deleted(spec, hash))),
        done -> changes.operation(ctx, "delete", done.after()));
  }

  private void apply(RoutingContext ctx) {
    Bodies.optionalObject(ctx, Set.of());
    AgentName name = Params.name(ctx);
    boolean create = Params.flag(ctx, "create", false);
    Answers.when(
        ctx,
        folders.withFile(
            name,
            found ->
                changes.make(
                    ctx,
                    name,
                    stored ->
                        found
                            .orElseThrow(() -> noFile(name))
                            .onto(stored, create)
                            .orElseThrow(() -> buried(name)))),
        done -> changes.applied(ctx, done));
  }

  private RuntimeException noFile(AgentName name) {
    return registry.agent(name).isEmpty()
        ? changes.unknown(name)
        : Refusals.notFound(
            "agent '" + name + "' has no file " + folders.path(name),
            "it lives in the registry alone: PUT or PATCH it, or write the file and apply again");
  }

  private RuntimeException buried(AgentName name) {
    return Refusals.conflict(
        "agent '" + name + "' was deleted, and this content of its file never re-creates it",
        "say so with ?create=true (nexus create --name " + name + ")");
  }

  /** The hash of the agent's code: the stored one as long as {@code run} stays the same. */
  private Future<String> codeOf(Manifest manifest) {
    return registry
        .agent(manifest.name())
        .filter(spec -> spec.manifest().run().equals(manifest.run()))
        .map(spec -> Future.succeededFuture(spec.codeHash()))
        .orElseGet(() -> folders.codeHash(manifest));
  }

  private static Manifest named(AgentName name, Manifest manifest) {
    if (!manifest.name().equals(name)) {
      throw Refusals.member(
          "name",
          "the body names '"
              + manifest.name()
              + "', the path '"
              + name
              + "': an agent keeps its name; make another one with POST /api/v1/agents");
    }
    return manifest;
  }
}
