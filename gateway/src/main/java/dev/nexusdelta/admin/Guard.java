package dev.nexusdelta.admin;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Who gets in: names and pages that are ours for every route, the admin token for most. */
final class Guard {
  private static final String SCHEME = "Bearer ";

  private final HostRule hosts;
  private final AdminToken token;
  private final BadTokens badTokens;

  Guard(HostRule hosts, AdminToken token, BadTokens badTokens) {
    this.hosts = hosts;
    this.token = token;
    this.badTokens = badTokens;
  }

  /** Refuses hosts that are not ours and foreign pages, against DNS rebinding and forged calls. */
  void origin(RoutingContext ctx) {
    var request = ctx.request();
    String host = request.authority() == null ? null : request.authority().toString();
    switch (hosts.check(host, request.getHeader(HttpHeaders.ORIGIN))) {
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

  /** Refuses callers without the token; the same answer for none and for a wrong one. */
  void token(RoutingContext ctx) {
    String given = bearer(ctx.request().getHeader(HttpHeaders.AUTHORIZATION));
    if (given != null && token.matches(given)) {
      ctx.next();
      return;
    }
    OptionalInt wait =
        given == null
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
        Problem.of(ProblemCode.UNAUTHORIZED, "the admin API needs the admin token")
            .hint("send Authorization: Bearer <content of admin.token in the data folder>"));
  }

  private static @Nullable String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).strip()
        : null;
  }
}
