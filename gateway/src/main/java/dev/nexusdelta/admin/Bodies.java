package dev.nexusdelta.admin;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Request bodies: JSON only, bounded, read strictly. */
final class Bodies {
  /** Largest body that most routes read, bytes. */
  static final int LIMIT = 1 << 20;

  private static final String KEY = "nexus.body.limit";

  private static final String JSON = "application/json";
  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final int limit;
  private final Handler<RoutingContext> reader;

  /**
   * Of one route.
   *
   * @param limit largest one that is read, bytes
   */
  Bodies(int limit) {
    this.limit = limit;
    reader = BodyHandler.create(false).setBodyLimit(limit);
  }

  /** Reads the body; 413 if it is too large. */
  void read(RoutingContext ctx) {
    ctx.put(KEY, limit);
    reader.handle(ctx);
  }

  /** Bytes that the request's route reads at most. */
  static int limit(RoutingContext ctx) {
    Integer limit = ctx.get(KEY);
    return limit == null ? LIMIT : limit;
  }

  /** Refuses a body of another media type before any of it is read. */
  void check(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    if (!announcesBody(request)) {
      ctx.next();
      return;
    }
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (isJson(type, request.method())) {
      ctx.next();
      return;
    }
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    Answers.problem(
        ctx,
        Problem.of(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                "Content-Type is "
                    + (type == null ? "missing" : "'" + shown(type) + "'")
                    + ", expected application/json")
            .hint("send the header Content-Type: application/json"));
  }

  private static boolean announcesBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private static boolean isJson(@Nullable String type, HttpMethod method) {
    if (type == null) {
      return false;
    }
    String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
    String media = parts[0].strip();
    if (!media.equals(JSON) && !(media.equals(MERGE_PATCH) && method.equals(HttpMethod.PATCH))) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return true;
  }

  /** The JSON object that was sent; 400 if there is none. */
  static Map<String, @Nullable Object> object(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    if (body == null || body.length() == 0) {
      throw new ProblemException(
          Problem.of(ProblemCode.INVALID_REQUEST, "the body is empty, expected a JSON object"));
    }
    return StrictJson.object(body.getBytes());
  }

  /** The JSON object that was sent, empty if none was; unknown members are refused. */
  static Map<String, @Nullable Object> optionalObject(RoutingContext ctx, Set<String> known) {
    Buffer body = ctx.body().buffer();
    if (body == null || body.length() == 0) {
      return Map.of();
    }
    Map<String, @Nullable Object> object = StrictJson.object(body.getBytes());
    for (String name : object.keySet()) {
      if (!known.contains(name)) {
        throw Refusals.member(
            name,
            known.isEmpty()
                ? "unknown member; this call takes none"
                : "unknown member; known are " + String.join(", ", known));
      }
    }
    return object;
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
