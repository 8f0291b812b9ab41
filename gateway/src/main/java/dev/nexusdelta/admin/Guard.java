package dev.nexusdelta.admin;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Who gets in: names and pages that are ours for every route, the admin token or a key with the
 * scope that the route needs for most.
 */
final class Guard {
  private static final String SCHEME = "Bearer ";

  /** Where a key is left whose token was right, and too old. */
  private static final String EXPIRED = "nexus.expired";

  private final Admission admission;
  private final BadTokens badTokens;
  private final InstantSource clock;

  Guard(Admission admission, BadTokens badTokens, InstantSource clock) {
    this.admission = admission;
    this.badTokens = badTokens;
    this.clock = clock;
  }

  /**
   * Finds out who calls, and refuses foreign pages, and hosts that are not ours: those from
   * everyone while calls need no key, later from callers without one. Against DNS rebinding and
   * forged calls.
   */
  void origin(RoutingContext ctx) {
    recognise(ctx);
    switch (verdict(ctx)) {
      case OK -> ctx.next();
      case WRONG_HOST ->
          Answers.problem(
              ctx,
              Problem.of(ProblemCode.WRONG_HOST, "this host name is not served here")
                  .hint("call localhost or 127.0.0.1"));
      case FOREIGN_ORIGIN ->
          Answers.problem(
              ctx, Problem.of(ProblemCode.FORBIDDEN, "pages of other origins may not call this"));
    }
  }

  private HostRule.Verdict verdict(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    String host = request.authority() == null ? null : request.authority().toString();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (nobodyNeedsAKey() || (admission.open() && Caller.of(ctx).isEmpty())) {
      return admission.hosts().check(host, origin);
    }
    return HostRule.isForeign(host, origin) ? HostRule.Verdict.FOREIGN_ORIGIN : HostRule.Verdict.OK;
  }

  private void recognise(RoutingContext ctx) {
    String given = bearer(ctx.request());
    if (given == null) {
      return;
    }
    if (admission.token().matches(given)) {
      Caller.OPERATOR.enter(ctx);
      return;
    }
    KeyRing.Verdict verdict = admission.keys().ring().check(given, clock.instant());
    verdict
        .valid()
        .ifPresent(
            key -> {
              admission.uses().used(key.id());
              Caller.with(key).enter(ctx);
            });
    verdict.key().filter(key -> verdict.expired()).ifPresent(key -> ctx.put(EXPIRED, key));
  }

  /** Lets whoever has a key pass. */
  void known(RoutingContext ctx) {
    if (Caller.of(ctx).isPresent()) {
      ctx.next();
    } else {
      refuse(ctx);
    }
  }

  /** Lets those pass who may do what a route is for. */
  Handler<RoutingContext> permitting(Need need) {
    return ctx -> {
      if (need == Need.NOTHING || (need.isOpen() && nobodyNeedsAKey())) {
        ctx.next();
        return;
      }
      Optional<Caller> caller = Caller.of(ctx);
      if (caller.isEmpty()) {
        refuse(ctx);
        return;
      }
      caller
          .get()
          .refusal(need, agent(ctx))
          .ifPresentOrElse(refusal -> Answers.problem(ctx, refusal), ctx::next);
    };
  }

  private boolean nobodyNeedsAKey() {
    return admission.open() && admission.keys().ring().isEmpty();
  }

  /** The agent that the path names, if it does; what is no name is refused later. */
  private static String agent(RoutingContext ctx) {
    String name = ctx.pathParam("name");
    return name == null
        ? ""
        : AgentName.isValid(name) ? new AgentName(name).key() : name.toLowerCase(Locale.ROOT);
  }

  /** The same answer for no token and for a wrong one. */
  private void refuse(RoutingContext ctx) {
    ApiKey expired = ctx.get(EXPIRED);
    if (expired != null) {
      Answers.problem(
          ctx,
          Problem.of(
                  ProblemCode.UNAUTHORIZED,
                  "key '"
                      + expired.name()
                      + "' has expired"
                      + expired.expires().map(end -> ", at " + end).orElse(""))
              .hint("nexus keys create makes another one"));
      return;
    }
    OptionalInt wait =
        bearer(ctx.request()) == null
            ? OptionalInt.empty()
            : badTokens.count(String.valueOf(ctx.request().remoteAddress().hostAddress()));
    if (wait.isPresent()) {
      Answers.problem(
          ctx,
          Problem.of(ProblemCode.RATE_LIMITED, "too many wrong tokens from this address")
              .retryAfter(wait.getAsInt()));
      return;
    }
    Answers.problem(
        ctx,
        Problem.of(ProblemCode.UNAUTHORIZED, "this needs the admin token, or a key")
            .hint(
                "send Authorization: Bearer <token>: a key (nexus keys create), or the content of"
                    + " admin.token in the data folder"));
  }

  private static @Nullable String bearer(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).strip()
        : null;
  }
}
