package dev.nexusdelta.admin;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.KeyWish;
import dev.nexusdelta.keys.Scopes;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/keys}. A token is told once, to whoever has it made. */
final class KeysApi {
  private static final int MOST_SCOPES = 64;
  private static final Set<String> MEMBERS =
      new TreeSet<>(Set.of("name", "scopes", "expires", "rate"));

  private final Admission admission;
  private final EventLog events;
  private final InstantSource clock;

  KeysApi(Admission admission, EventLog events, InstantSource clock) {
    this.admission = admission;
    this.events = events;
    this.clock = clock;
  }

  void mount(Routes routes) {
    routes.get("/api/v1/keys", this::list);
    routes.post("/api/v1/keys", this::create);
    routes.delete("/api/v1/keys/{key}", this::revoke);
  }

  private KeyStore keys() {
    return admission.keys();
  }

  private void list(RoutingContext ctx) {
    Map<String, Instant> uses = keys().lastUses();
    List<ApiKey> all =
        keys().ring().all().stream().sorted(Comparator.comparing(ApiKey::name)).toList();
    Answers.json(
        ctx,
        200,
        new JsonObject().put("keys", AgentJson.list(all, key -> json(key, lastUsed(key, uses)))));
  }

  /** Here or, as far as is put down, at any gateway. */
  private Optional<Instant> lastUsed(ApiKey key, Map<String, Instant> uses) {
    return Stream.concat(
            admission.uses().last(key.id()).stream(), Stream.ofNullable(uses.get(key.id())))
        .max(Comparator.naturalOrder());
  }

  private static JsonObject json(ApiKey key, Optional<Instant> lastUsed) {
    JsonArray scopes = new JsonArray();
    key.scopes().all().forEach(scope -> scopes.add(scope.toString()));
    return new JsonObject()
        .put("id", key.id())
        .put("name", key.name())
        .put("scopes", scopes)
        .put("created", key.created().toString())
        .put("by", key.by())
        .put("expires", key.expires().map(Instant::toString).orElse(null))
        .put("rate", key.rate().map(CallRate::toString).orElse(null))
        .put("lastUsed", lastUsed.map(Instant::toString).orElse(null));
  }

  private void create(RoutingContext ctx) {
    KeyWish wish = wish(Bodies.optionalObject(ctx, MEMBERS));
    KeyToken token = KeyToken.fresh(admission.random());
    String by = Params.by(ctx);
    ApiKey key = wish.as(token, clock.instant(), by);
    Answers.when(
        ctx,
        keys().add(key).recover(failure -> Future.failedFuture(refusal(failure))),
        done -> {
          tell("key.created", by, key);
          ctx.response()
              .putHeader(HttpHeaders.LOCATION, "/api/v1/keys/" + key.id())
              .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
          Answers.json(ctx, 201, json(key, Optional.empty()).put("token", token.reveal()));
        });
  }

  private KeyWish wish(Map<String, @Nullable Object> body) {
    String name =
        text(body, "name").orElseThrow(() -> Refusals.member("name", "is missing, such as \"ci\""));
    Scopes scopes = read("scopes", () -> Scopes.of(scopes(body)));
    Optional<Instant> expires =
        text(body, "expires")
            .map(text -> read("expires", () -> KeyWish.end(text, clock.instant())));
    Optional<CallRate> rate = text(body, "rate").map(text -> read("rate", () -> CallRate.of(text)));
    return read("name", () -> new KeyWish(name, scopes, expires, rate));
  }

  private static Optional<String> text(Map<String, @Nullable Object> body, String member) {
    Object value = body.get(member);
    if (value != null && !(value instanceof String)) {
      throw Refusals.member(member, "is " + value + ", expected a text");
    }
    return Optional.ofNullable((String) value);
  }

  private static List<String> scopes(Map<String, @Nullable Object> body) {
    if (!(body.get("scopes") instanceof List<?> list) || list.size() > MOST_SCOPES) {
      throw Refusals.member(
          "scopes", "is missing, or no list of up to " + MOST_SCOPES + " such as [\"read\"]");
    }
    List<String> texts = new ArrayList<>();
    for (Object each : list) {
      texts.add(String.valueOf(each));
    }
    return texts;
  }

  private static <T> T read(String member, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw Refusals.member(member, String.valueOf(e.getMessage()));
    }
  }

  private void revoke(RoutingContext ctx) {
    String named = String.valueOf(ctx.pathParam("key"));
    ApiKey key = find(named).orElseThrow(() -> unknown(named));
    String by = Params.by(ctx);
    Answers.when(
        ctx,
        keys().remove(key.id()).recover(failure -> Future.failedFuture(refusal(failure))),
        was -> {
          if (!was) {
            throw unknown(named);
          }
          tell("key.revoked", by, key);
          Answers.json(
              ctx,
              200,
              new JsonObject()
                  .put("revoked", new JsonObject().put("id", key.id()).put("name", key.name())));
        });
  }

  private Optional<ApiKey> find(String idOrName) {
    List<ApiKey> all = keys().ring().all();
    return all.stream()
        .filter(key -> key.id().equals(idOrName))
        .findFirst()
        .or(() -> all.stream().filter(key -> key.name().equals(idOrName)).findFirst());
  }

  private static ProblemException unknown(String named) {
    String shown = named.length() <= 64 ? named : named.substring(0, 64) + "…";
    return Refusals.notFound(
        "there is no key with the id or name '" + shown + "'",
        "nexus keys list shows those there are");
  }

  private static Throwable refusal(Throwable failure) {
    if (failure instanceof KeyStore.NameTakenException taken) {
      return Refusals.conflict(
          String.valueOf(taken.getMessage()),
          "take another name, or revoke that one first (nexus keys revoke)");
    }
    if (failure instanceof KeyStore.FixedException fixed) {
      return Refusals.conflict(
          String.valueOf(fixed.getMessage()), "nexus keys list shows the others");
    }
    return failure;
  }

  private void tell(String type, String by, ApiKey key) {
    events.add(
        type,
        Optional.empty(),
        Optional.empty(),
        by,
        key.name()
            + " ("
            + key.id()
            + "): "
            + key.scopes()
            + key.expires().map(end -> ", until " + end).orElse("")
            + key.rate().map(rate -> ", " + rate).orElse(""));
  }
}
