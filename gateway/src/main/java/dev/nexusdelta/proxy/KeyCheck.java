package dev.nexusdelta.proxy;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls by the key that is shown. What a connection has shown is remembered with the keys
 * of that moment: the same again costs no hash as long as no key is made or taken away, and is
 * worth nothing the moment one is. One per event loop.
 */
final class KeyCheck {
  private static final String SCHEME = "Bearer ";

  private final CallerKeys keys;

  KeyCheck(CallerKeys keys) {
    this.keys = keys;
  }

  /**
   * What a connection has shown last.
   *
   * @param header as it came
   * @param ring the keys then
   */
  record Remembered(String header, KeyRing ring, Shown shown) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Remembered[***, " + shown.who().id() + "]";
    }
  }

  /** The keys, if one has to be shown; null if not. */
  @Nullable KeyRing asked() {
    KeyRing ring = keys.ring().get();
    return ring.isEmpty() && !keys.always() ? null : ring;
  }

  /** Who calls. */
  Shown of(Arrival arrival, KeyRing ring) {
    HttpServerRequest request = arrival.request();
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return Shown.wrong(KeyProblems.noKey());
    }
    Remembered before = arrival.connection().shown();
    Shown shown;
    if (before != null && before.ring() == ring && before.header().equals(header)) {
      shown = before.shown();
    } else {
      shown = judged(request, header, ring, arrival.startMillis());
      arrival.connection().shown(new Remembered(header, ring, shown));
    }
    Identity who = shown.who();
    if (shown.problem() != null) {
      return shown;
    }
    if (arrival.startMillis() >= who.untilMillis()) {
      return Shown.wrong(KeyProblems.expired(who));
    }
    if (who != Identity.OPERATOR) {
      keys.used().accept(who.id());
    }
    return shown;
  }

  private Shown judged(HttpServerRequest request, String header, KeyRing ring, long nowMillis) {
    if (request.headers().getAll(HttpHeaders.AUTHORIZATION).size() > 1) {
      return Shown.wrong(KeyProblems.severalKeys());
    }
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Shown.wrong(KeyProblems.otherScheme());
    }
    String token = header.substring(SCHEME.length()).strip();
    if (keys.operator().test(token)) {
      return Shown.by(Identity.OPERATOR);
    }
    // Whether its time is over is asked again with each call.
    ApiKey key = ring.check(token, Instant.ofEpochMilli(nowMillis)).key().orElse(null);
    return key == null
        ? Shown.wrong(KeyProblems.unknownKey())
        : Shown.by(Identity.of(key, keys.quotas().of(key).orElse(null)));
  }
}
