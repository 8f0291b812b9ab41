package dev.nexusdelta.proxy;

import dev.nexusdelta.keyed.StoredAnswer;
import io.vertx.core.http.HttpServerResponse;

/** Gives a stored answer again. */
final class KeyedReplies {
  private KeyedReplies() {}

  /** Writes the whole response. */
  static void replay(CallHead head, StoredAnswer stored, long nowNanos, CallAttempts attempts) {
    HttpServerResponse response = head.request().response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(stored.status());
    stored.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
    Replies.ownHeaders(head, attempts, nowNanos, response);
    response.putHeader("Idempotency-Replayed", "true");
    if (stored.body().length() == 0 && (stored.status() == 204 || stored.status() == 304)) {
      response.end();
    } else {
      response.end(stored.body());
    }
  }
}
