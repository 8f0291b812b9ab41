package dev.nexusdelta.admin;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.Scopes;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Who has proved to be somebody.
 *
 * @param key empty = the operator, by the admin token
 */
record Caller(Optional<ApiKey> key, Scopes scopes) {
  static final Caller OPERATOR = new Caller(Optional.empty(), Scopes.ADMIN);

  private static final String PLACE = "nexus.caller";

  static Caller with(ApiKey key) {
    return new Caller(Optional.of(key), key.scopes());
  }

  /** From now on this one has sent the request. */
  void enter(RoutingContext ctx) {
    ctx.put(PLACE, this);
  }

  /** Who has sent it, if anybody has proved that. */
  static Optional<Caller> of(RoutingContext ctx) {
    return Optional.ofNullable(ctx.get(PLACE));
  }

  /** Whether the request's sender may be told of that agent; where nobody needs a key, all may. */
  static boolean sees(RoutingContext ctx, AgentName agent) {
    return of(ctx).map(caller -> caller.scopes().sees(agent.key())).orElse(true);
  }

  /** Who acts, for the audit; empty = the operator, who says it. */
  Optional<String> name() {
    return key.map(it -> "key:" + it.name());
  }

  /**
   * Refuses what the request's sender may not do to that agent.
   *
   * @throws ProblemException 403 that names the scope
   */
  static void check(RoutingContext ctx, Need need, AgentName agent) {
    Optional<Problem> refusal =
        of(ctx)
            .map(caller -> caller.refusal(need, agent.key()))
            .orElseThrow(() -> new IllegalStateException("a route that asks who it is, is open"));
    if (refusal.isPresent()) {
      throw new ProblemException(refusal.get());
    }
  }

  /** Why it may not; empty = it may. */
  Optional<Problem> refusal(Need need, String agent) {
    if (need.permits(scopes, agent)) {
      return Optional.empty();
    }
    String wanted = need.scope(agent);
    return Optional.of(
        Problem.of(
                ProblemCode.FORBIDDEN,
                "this needs the scope "
                    + wanted
                    + ", and key '"
                    + key.map(ApiKey::name).orElse("")
                    + "' has "
                    + scopes)
            .hint("nexus keys create makes a key with it (--scope)"));
  }
}
