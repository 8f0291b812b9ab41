package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.OutcomeUnknownException;
import dev.nexusdelta.discovery.StaleRevisionException;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import dev.nexusdelta.problem.ProblemWriter;
import dev.nexusdelta.problem.ProblemWriter.Place;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the control plane answers: JSON, or a problem; never twice, never to a caller who left. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Where {@link ControlPlane} leaves the request's id. */
  static final String REQUEST_ID = "X-Request-Id";

  private Answers() {}

  static void json(RoutingContext ctx, int status, JsonObject body) {
    text(ctx, status, "application/json", body.encode());
  }

  static void text(RoutingContext ctx, int status, String type, String body) {
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
  }

  /** Runs {@code answer} with the value on the request's own context, or answers the failure. */
  static <T> void when(RoutingContext ctx, Future<T> future, Consumer<T> answer) {
    var context = context(ctx);
    future.onComplete(
        done ->
            context.runOnContext(
                ignored -> {
                  if (done.failed()) {
                    failure(ctx, done.cause());
                    return;
                  }
                  try {
                    answer.accept(done.result());
                  } catch (RuntimeException e) {
                    failure(ctx, e);
                  }
                }));
  }

  /** The context of the request, which may belong to other event loops than the router's. */
  static Context context(RoutingContext ctx) {
    Context own = Vertx.currentContext();
    return own == null ? ctx.vertx().getOrCreateContext() : own;
  }

  /** Answers whatever a handler threw or a future failed with. */
  static void failure(RoutingContext ctx, Throwable cause) {
    if (cause instanceof HttpClosedException || ctx.response().closed()) {
      LOG.debug("the caller of {} left", ctx.normalizedPath());
    } else if (cause instanceof ProblemException expected) {
      problem(ctx, expected.problem());
    } else if (cause instanceof HostAwayException away) {
      problem(ctx, Refusals.engineAway(String.valueOf(away.getMessage())).problem());
    } else if (cause instanceof NotWrittenException nothing) {
      problem(ctx, Refusals.noMajority(String.valueOf(nothing.getMessage())).problem());
    } else if (cause instanceof OutcomeUnknownException unknown) {
      problem(ctx, Problem.of(ProblemCode.CHANGE_UNKNOWN, String.valueOf(unknown.getMessage())));
    } else if (cause instanceof StaleRevisionException stale) {
      problem(ctx, Problem.of(ProblemCode.STALE_REVISION, String.valueOf(stale.getMessage())));
    } else {
      String id = requestId(ctx);
      LOG.error(
          "{} {} failed, request {}", ctx.request().method(), ctx.normalizedPath(), id, cause);
      problem(
          ctx,
          Problem.of(
              ProblemCode.INTERNAL,
              "the gateway failed at this request; its log says why under request id " + id));
    }
  }

  static void problem(RoutingContext ctx, Problem problem) {
    HttpServerResponse response = ctx.response();
    if (response.headWritten() && !response.ended()) {
      // Half an answer must not look like a whole one.
      response.reset();
      return;
    }
    if (response.ended() || response.closed()) {
      return;
    }
    ProblemWriter.send(
        response, problem, new Place(ctx.request().path(), ctx.pathParam("name"), requestId(ctx)));
  }

  static String requestId(RoutingContext ctx) {
    String id = ctx.response().headers().get(REQUEST_ID);
    return id == null ? "" : id;
  }
}
