package dev.nexusdelta.proxy;

import dev.nexusdelta.quota.Admission;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Tells callers whose keys have a rate how they stand to it: {@code RateLimit-Policy} and {@code
 * RateLimit} of draft-ietf-httpapi-ratelimit-headers, one policy named {@code default}.
 */
final class RateHeaders {
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
  private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");

  private RateHeaders() {}

  /** Puts them into the head of an answer, if that is not written yet. */
  static void add(Shown shown, HttpServerResponse response) {
    Admission how = shown.admission();
    if (how == null || response.headWritten()) {
      return;
    }
    response
        .headers()
        .set(POLICY, "\"default\";q=" + how.rate().calls() + ";w=" + how.rate().per().toSeconds())
        .set(LIMIT, "\"default\";r=" + how.remaining() + ";t=" + how.fullAfterSeconds());
  }
}
